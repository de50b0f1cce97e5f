/** What a guardian sees: who has chosen him, and what somebody shows him: an invitation, to practise, or in earnest. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  accountToText,
  isGuardianText,
  isRecoveryStatementText,
  recoveryStatementToText,
  type AccountId,
} from "@amigos/core";
import type { RecoveryReview, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { routeToFragment } from "../../app/route.ts";
import { accountToShortText } from "../../format/identity.ts";
import { dateAndTime } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Decide } from "../../ui/decide.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ReadMessage } from "../../ui/read-message.tsx";
import { Screen } from "../../ui/screen.tsx";
import { ShownMessage } from "../../ui/shown-message.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { useStep, type Step } from "../../ui/use-step.ts";
import { contactNames, nameOfAccount } from "../../wallet/contacts.ts";
import type { Guarded as Shown, GuardianRequestRead } from "../../wallet/recovering.ts";
import { Digits } from "../join/digits.tsx";
import { listToText } from "../../format/count.ts";
import "./recovery.css";

type Stage =
  | { readonly type: "reading" }
  | { readonly type: "recovery"; readonly request: string; readonly review: RecoveryReview }
  | (GuardianRequestRead & { readonly request: string })
  | { readonly type: "agreed"; readonly statement: Uint8Array }
  | { readonly type: "accepted"; readonly answer: string }
  | { readonly type: "taken" }
  | { readonly type: "refused" };

export function Guardian({ view }: { readonly view: WalletView }) {
  const { client } = useApp();
  const stage = useSignal<Stage>({ type: "reading" });
  const step = useStep();
  const read = (request: string): void =>
    step.run(async () => {
      if (isRecoveryStatementText(request)) {
        await client.calls.takeStatement({ statement: request });
        stage.value = { type: "taken" };
        return;
      }
      stage.value = isGuardianText(request)
        ? { ...(await client.calls.readGuardianRequest({ request })), request }
        : { type: "recovery", request, review: await client.calls.reviewRecovery({ request }) };
    });
  const words = recoveryTexts().guardian;
  const current = stage.value;
  switch (current.type) {
    case "reading":
      return (
        <Screen title={words.title}>
          <p class="soft">{words.lead}</p>
          <ReadMessage
            isMain
            scan={words.scan}
            pasteLabel={words.pasteLabel}
            placeholder="AMIGOS:G…"
            error={step.error.value}
            isBusy={step.isBusy.value}
            onText={read}
          />
          <Guarded view={view} />
        </Screen>
      );
    case "recovery":
      return (
        <Review
          review={current.review}
          step={step}
          onAgree={() =>
            step.run(async () => {
              const { request } = current;
              const statement = await whilePaying(() => client.calls.approveRecovery({ request }));
              stage.value = { type: "agreed", statement };
            })
          }
          onNo={() => (stage.value = { type: "refused" })}
        />
      );
    case "agreed":
      return (
        <Screen title={words.doneTitle}>
          <p role="status">{words.done}</p>
          <section class="stack">
            <h2>{words.byHand}</h2>
            <p class="small soft">{words.byHandHint}</p>
            <ShownMessage
              text={recoveryStatementToText(current.statement)}
              label={words.statementLabel}
              copy={words.copyStatement}
            />
          </section>
          <Done />
        </Screen>
      );
    case "taken":
      return (
        <Screen title={words.takenTitle}>
          <p role="status">{words.taken}</p>
          <Done />
        </Screen>
      );
    case "refused":
      return (
        <Screen title={words.noTitle}>
          <p role="status">{words.noText}</p>
          <Done />
        </Screen>
      );
    case "practice":
      return <Answer text={words.answer} answer={current.answer} />;
    case "invitation":
      return (
        <Invitation
          from={current.review.account}
          step={step}
          onAccept={() =>
            step.run(async () => {
              const answer = await client.calls.acceptInvitation({ invitation: current.request });
              stage.value = { type: "accepted", answer };
            })
          }
          onNo={() => (stage.value = { type: "refused" })}
        />
      );
    case "accepted":
      return <Answer text={words.accepted} answer={current.answer} />;
  }
}

function Answer({ text, answer }: { readonly text: string; readonly answer: string }) {
  const words = recoveryTexts().guardian;
  return (
    <Screen title={words.answerTitle}>
      <p role="status">{text}</p>
      <ShownMessage text={answer} label={words.answerLabel} copy={words.copyAnswer} />
      <Done />
    </Screen>
  );
}

function Done() {
  return (
    <ButtonLink kind="primary" icon="check" href="#/">
      {texts.common.done}
    </ButtonLink>
  );
}

interface InvitationProps {
  readonly from: AccountId;
  readonly step: Step;
  readonly onAccept: () => void;
  readonly onNo: () => void;
}

function Invitation({ from, step, onAccept, onNo }: InvitationProps) {
  const words = recoveryTexts().guardian;
  return (
    <Screen title={words.invitedTitle}>
      <AccountHead account={from} />
      <p>{words.invited}</p>
      <p class="soft">{words.invitedHint}</p>
      <Decide step={step} yes={words.accept} no={words.no} onYes={onAccept} onNo={onNo} />
    </Screen>
  );
}

interface ReviewProps {
  readonly review: RecoveryReview;
  readonly step: Step;
  readonly onAgree: () => void;
  readonly onNo: () => void;
}

function Review({ review, step, onAgree, onNo }: ReviewProps) {
  const words = recoveryTexts().guardian;
  return (
    <Screen title={words.reviewTitle}>
      <AccountHead account={review.account} />
      <Digits code={review.code} />
      <Notice tone="open" title={words.warningTitle}>
        <p>{words.warning}</p>
        {review.agreedBefore.map(({ masterKey, time }) => (
          <p key={masterKey}>{words.agreedBefore(time === undefined ? undefined : dateAndTime(time, locale))}</p>
        ))}
      </Notice>
      <Facts>
        <Fact name={words.agreed}>
          {words.agreedOf(review.approvals.length, review.threshold)}
          {review.approvals.length === 0 ? null : (
            <span class="soft small fact-more">{listToText(review.approvals.map(nameOfAccount))}</span>
          )}
        </Fact>
        <Fact name={words.askedAt}>{dateAndTime(review.time, locale)}</Fact>
      </Facts>
      <Decide step={step} yes={words.agree} busy={texts.pay.signing} no={words.no} onYes={onAgree} onNo={onNo} />
    </Screen>
  );
}

/** Whoever has lost everything does not know their account by heart: their guardian shows it to the new device. */
function Guarded({ view }: { readonly view: WalletView }) {
  const { client } = useApp();
  const guarded = useSignal<Shown>({ accounts: [], more: 0 });
  const shown = useSignal<AccountId | undefined>(undefined);
  useEffect(() => {
    client.calls.guarded(undefined).then(
      (all) => (guarded.value = all),
      () => undefined,
    );
  }, [view.ledger.height]);
  const words = recoveryTexts().guardian;
  const { accounts, more } = guarded.value;
  return (
    <section class="stack">
      <h2>{words.yours}</h2>
      {accounts.length === 0 ? (
        <p class="soft">{words.yoursNone}</p>
      ) : (
        <>
          <p class="small soft">{words.yoursHint}</p>
          <ul class="guardians">
            {accounts.map((account) => {
              const name = nameOfAccount(account);
              const isShown = shown.value === account;
              return (
                <li key={account}>
                  <div class="guardian">
                    <TallyMark id={account} size={36} />
                    <span>
                      <bdi>{name}</bdi>
                      {contactNames.value.has(account) ? (
                        <span class="small soft guardian-id">{accountToShortText(account)}</span>
                      ) : null}
                    </span>
                    <span class="guardian-actions">
                      <Button
                        kind="quiet"
                        isExpanded={isShown}
                        {...(isShown ? {} : { label: words.showAccountOf(name) })}
                        onClick={() => (shown.value = isShown ? undefined : account)}
                      >
                        {isShown ? words.hideAccount : words.showAccount}
                      </Button>
                    </span>
                  </div>
                  {isShown ? (
                    <div class="stack guardian-code">
                      <ShownMessage
                        text={accountToText(account)}
                        label={words.accountLabel(name)}
                        copy={words.copyAccount}
                      />
                    </div>
                  ) : null}
                </li>
              );
            })}
          </ul>
          {more === 0 ? null : (
            <p class="small soft">
              {words.yoursMore(more)}{" "}
              <a href={routeToFragment({ screen: "people" })}>{recoveryTexts().setup.toPeople}</a>
            </p>
          )}
        </>
      )}
    </section>
  );
}
