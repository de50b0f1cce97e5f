/** Choosing who guards the account, how many of them it takes, and how long it waits. Plain about what each choice risks. */
import { useSignal } from "@preact/signals";
import { limits, type AccountId } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { routeToFragment } from "../../app/route.ts";
import { dateAndTime, daysToText } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Screen } from "../../ui/screen.tsx";
import { SureSheet } from "../../ui/sure-sheet.tsx";
import { useStep } from "../../ui/use-step.ts";
import { contactNames, nameOfAccount } from "../../wallet/contacts.ts";
import { countToText } from "../../format/count.ts";
import { NotHere, useHoldsKey } from "./holds-key.tsx";
import { Invite } from "./invite.tsx";
import "./recovery.css";

/** How long a recovery may be held up, in days: for who always has a device at hand, and for who travels. */
const DAYS = [1, 3, 7, 14, 30] as const;
const DAYS_PROPOSED = 7;
const DAY_MS = 86_400_000;

/** Where this device cannot sign the choice, that is said before anything is chosen. */
export function ChooseGuardians({ view }: { readonly view: WalletView }) {
  const holdsKey = useHoldsKey();
  const words = recoveryTexts().setup;
  if (holdsKey === true) return <Choosing view={view} />;
  return (
    <Screen title={words.title}>
      <p class="soft">{words.lead}</p>
      {holdsKey === undefined ? null : <NotHere />}
    </Screen>
  );
}

function Choosing({ view }: { readonly view: WalletView }) {
  const { client, router } = useApp();
  const before = view.recovery.ways?.guardians;
  const chosen = useSignal<ReadonlySet<AccountId>>(new Set(before?.accounts));
  const threshold = useSignal(before?.threshold ?? 1);
  const days = useSignal(before === undefined ? DAYS_PROPOSED : before.delayMs / DAY_MS);
  const problem = useSignal<string | undefined>(undefined);
  const isRemoving = useSignal(false);
  const step = useStep();
  const words = recoveryTexts().setup;

  const choose = (account: AccountId, is: boolean): void => {
    const next = new Set(chosen.value);
    if (is) next.add(account);
    else next.delete(account);
    chosen.value = next;
    problem.value = undefined;
    // More than half of them: none alone, and not all either, unless their owner says so.
    threshold.value = Math.max(1, Math.ceil((next.size + 1) / 2));
  };
  const sign = (choice: Parameters<typeof client.calls.chooseGuardians>[0]): void =>
    step.run(async () => {
      await whilePaying(() => client.calls.chooseGuardians(choice));
      router.back();
    });
  const submit = (): void => {
    const accounts = [...chosen.value];
    if (accounts.length === 0) problem.value = words.none;
    else if (accounts.length > limits.GUARDIANS_MAX) problem.value = words.tooMany(countToText(limits.GUARDIANS_MAX));
    else sign({ accounts, threshold: Math.min(threshold.value, accounts.length), days: days.value });
  };

  const acceptedAt = new Map(
    view.recovery.invitation?.answers.map(({ guardian, answeredAt }) => [guardian, answeredAt] as const),
  );
  const people = peopleFor(view, [...(before?.accounts ?? []), ...acceptedAt.keys()]);
  const count = chosen.value.size;
  return (
    <Screen title={words.title}>
      <p class="soft">{words.lead}</p>
      <Invite invitation={view.recovery.invitation} />
      {people.length === 0 ? (
        <>
          <p>{words.nobody}</p>
          <ButtonLink kind="primary" icon="people" href={routeToFragment({ screen: "people" })}>
            {words.toPeople}
          </ButtonLink>
        </>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <fieldset class="stack choice">
            <legend>
              <h2>{words.who}</h2>
            </legend>
            {people.map((account) => (
              <label key={account} class="choice-option">
                <input
                  type="checkbox"
                  checked={chosen.value.has(account)}
                  onChange={(event) => choose(account, event.currentTarget.checked)}
                />
                <span>
                  <bdi>{nameOfAccount(account)}</bdi>
                  {acceptedAt.has(account) ? (
                    <span class="small soft guardian-id">
                      {words.accepted(dateAndTime(acceptedAt.get(account) ?? 0, locale))}
                    </span>
                  ) : null}
                </span>
              </label>
            ))}
            <a href={routeToFragment({ screen: "people" })}>{words.toPeople}</a>
          </fieldset>
          {count === 0 ? null : (
            <fieldset class="stack choice">
              <legend>
                <h2>{words.needed}</h2>
              </legend>
              {Array.from({ length: count }, (_, index) => index + 1).map((needed) => (
                <label key={needed} class="choice-option">
                  <input
                    type="radio"
                    name="threshold"
                    checked={threshold.value === needed}
                    onChange={() => (threshold.value = needed)}
                  />
                  {words.neededOption(needed, count)}
                </label>
              ))}
              {threshold.value === 1 ? <p class="small soft">{words.one}</p> : null}
            </fieldset>
          )}
          <fieldset class="stack choice">
            <legend>
              <h2>{words.delay}</h2>
            </legend>
            {[...new Set([...DAYS, days.value])]
              .toSorted((a, b) => a - b)
              .map((option) => (
                <label key={option} class="choice-option">
                  <input
                    type="radio"
                    name="delay"
                    checked={days.value === option}
                    onChange={() => (days.value = option)}
                  />
                  {daysToText(option * DAY_MS, locale)}
                </label>
              ))}
            <p class="small soft">{words.delayHint}</p>
          </fieldset>
          <p class="field-error" role="alert">
            {problem.value ?? step.error.value}
          </p>
          <Button kind="primary" type="submit" isBusy={step.isBusy.value}>
            {step.isBusy.value ? texts.pay.signing : words.confirm}
          </Button>
          {view.recovery.underWay.length === 0 ? null : <p class="small soft">{words.ends}</p>}
        </form>
      )}
      {before === undefined ? null : (
        <Button kind="quiet" onClick={() => (isRemoving.value = true)}>
          {words.remove}
        </Button>
      )}
      {isRemoving.value ? (
        <SureSheet
          title={words.removeTitle}
          step={step}
          yes={words.removeConfirm}
          onYes={() => sign(undefined)}
          onClose={() => (isRemoving.value = false)}
        >
          <p>{words.removeText}</p>
        </SureSheet>
      ) : null}
    </Screen>
  );
}

/** Everybody who has a name here, and whoever was chosen before or would be one; by name. Nobody guards their own account. */
function peopleFor(view: WalletView, before: readonly AccountId[]): readonly AccountId[] {
  const accounts = new Set([...contactNames.value.keys(), ...before]);
  accounts.delete(view.account);
  return [...accounts].toSorted((a, b) => nameOfAccount(a).localeCompare(nameOfAccount(b), locale));
}
