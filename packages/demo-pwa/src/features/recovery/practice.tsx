/** Practising with the guardians: a code for each of them, what they answer, and whether that would be enough. */
import { useSignal } from "@preact/signals";
import type { Recovery } from "@amigos/core";
import type { GuardianAnswersView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { dateAndTime } from "../../format/time.ts";
import { locale } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ReadMessage } from "../../ui/read-message.tsx";
import { ShownMessage } from "../../ui/shown-message.tsx";
import { useStep } from "../../ui/use-step.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";

export interface PracticeProps {
  readonly guardians: NonNullable<Recovery["guardians"]>;
  readonly practice: GuardianAnswersView | undefined;
}

export function Practice({ guardians, practice }: PracticeProps) {
  const { client } = useApp();
  const isShown = useSignal(false);
  const step = useStep();
  const words = recoveryTexts().practice;
  const begin = (): void =>
    step.run(async () => {
      await client.calls.practise(undefined);
      isShown.value = true;
    });
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <p class="soft">{words.lead}</p>
      {practice === undefined ? null : <Answers guardians={guardians} practice={practice} />}
      {practice !== undefined ? (
        <>
          {isShown.value ? (
            <>
              <p>{words.codeHint}</p>
              <ShownMessage text={practice.text} label={words.codeLabel} copy={words.copy} />
            </>
          ) : null}
          <Button isExpanded={isShown.value} onClick={() => (isShown.value = !isShown.value)}>
            {isShown.value ? words.hide : words.show}
          </Button>
          {/* Empty again for the next one. */}
          <ReadMessage
            key={practice.answers.length}
            scan={words.take}
            pasteLabel={words.takeLabel}
            placeholder="AMIGOS:Q…"
            error={step.error.value}
            isBusy={step.isBusy.value}
            onText={(answer) => step.run(() => client.calls.takePractice({ answer }))}
          />
        </>
      ) : (
        <p class="field-error" role="alert">
          {step.error.value}
        </p>
      )}
      <Button kind={practice === undefined ? "secondary" : "quiet"} isBusy={step.isBusy.value} onClick={begin}>
        {practice === undefined ? words.begin : words.beginAgain}
      </Button>
      {practice !== undefined && practice.answers.length > 0 ? <p class="small soft">{words.again}</p> : null}
    </section>
  );
}

function Answers({
  guardians,
  practice,
}: {
  readonly guardians: PracticeProps["guardians"];
  readonly practice: GuardianAnswersView;
}) {
  const words = recoveryTexts().practice;
  const answeredAt = new Map(practice.answers.map(({ guardian, answeredAt: time }) => [guardian, time]));
  // Whoever is no guardian any more would not be asked.
  const times = guardians.accounts.flatMap((account) => answeredAt.get(account) ?? []).toSorted((a, b) => a - b);
  const passedAt = times[guardians.threshold - 1];
  return (
    <>
      <Notice
        tone={passedAt === undefined ? "open" : "settled"}
        icon={passedAt === undefined ? "clock" : "check"}
        title={
          passedAt === undefined
            ? words.asked(dateAndTime(practice.askedAt, locale))
            : words.passedTitle(dateAndTime(passedAt, locale))
        }
      >
        <p role="status">{passedAt === undefined ? words.partly(times.length, guardians.threshold) : words.passed}</p>
      </Notice>
      <ul class="guardians">
        {guardians.accounts.map((account) => {
          const time = answeredAt.get(account);
          return (
            <li key={account} class={time === undefined ? "guardian" : "guardian guardian-answered"}>
              <Icon name={time === undefined ? "clock" : "check"} size={20} />
              <span>
                <bdi>{nameOfAccount(account)}</bdi>
                <span class="small soft guardian-id">
                  {time === undefined ? words.open : words.answered(dateAndTime(time, locale))}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
