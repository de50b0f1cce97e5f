/**
 * A new device that asks the guardians of a lost account: a code and digits to show, who has agreed, the delay, and taking the
 * account up when that is over. It says what it waits for at every moment.
 */
import { useSignal } from "@preact/signals";
import type { RecoveryStanding } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { dateAndTime, distance } from "../../format/time.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ReadMessage } from "../../ui/read-message.tsx";
import { Screen } from "../../ui/screen.tsx";
import { SureSheet } from "../../ui/sure-sheet.tsx";
import { ShownMessage } from "../../ui/shown-message.tsx";
import { useStep } from "../../ui/use-step.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";
import type { RecoveringState, RecoveryAsked } from "../../wallet/recovering.ts";
import { Digits } from "../join/digits.tsx";
import { countToText, listToText } from "../../format/count.ts";

export function Recovering({ recovering }: { readonly recovering: RecoveringState }) {
  const words = recoveryTexts().lost;
  const { account } = recovering;
  return (
    <Screen title={words.title} hasBack={false}>
      <AccountHead account={account} />
      <Now recovering={recovering} />
      {mayGiveUp(recovering) ? <GiveUp /> : null}
    </Screen>
  );
}

/** Not any more when a guardian has agreed: that is for the keys of this device alone, and for those of another he has to be asked again. */
function mayGiveUp({ standing, end, isCompleting }: RecoveringState): boolean {
  if (standing === undefined || end !== undefined) return true;
  return standing.approvals.length === 0 && !standing.isWon && !isCompleting;
}

/** The one thing that is to be done, or waited for. */
function Now({ recovering }: { readonly recovering: RecoveringState }) {
  const { client, now } = useApp();
  const step = useStep();
  const words = recoveryTexts().lost;
  const { asked, standing, end, error, isHubInReach } = recovering;
  if (error !== undefined && standing?.isWon === true)
    return (
      <>
        <Notice tone="dispute" title={words.openingTitle}>
          <p role="status">{sentenceForError(error)}</p>
          <p>{words.opening}</p>
        </Notice>
        <Button kind="primary" onClick={() => step.run(() => client.calls.restart(undefined))}>
          {texts.common.tryAgain}
        </Button>
      </>
    );
  if (error !== undefined)
    return (
      <Notice tone="dispute" title={words.cannotTitle}>
        <p role="status">{sentenceForError(error)}</p>
      </Notice>
    );
  if (end !== undefined)
    return (
      <>
        <Notice tone={end === "not-held" ? "open" : "dispute"} title={words.ends[end].title}>
          <p role="status">{words.ends[end].text}</p>
        </Notice>
        <Button kind="primary" onClick={() => step.run(() => client.calls.askGuardiansAgain(undefined))}>
          {words.askAgain}
        </Button>
      </>
    );
  if (standing?.isWon === true || recovering.isCompleting)
    return (
      <Notice tone="calm" icon="clock">
        <p role="status">{words.completing}</p>
      </Notice>
    );
  if (asked === undefined || standing === undefined)
    return (
      <Notice tone="calm" icon="clock" title={words.lookingTitle}>
        <p role="status">{isHubInReach ? words.looking : words.lookingNoHub}</p>
      </Notice>
    );
  if (standing.due === undefined) return <Ask asked={asked} standing={standing} />;
  // By whichever is ahead: with nothing to settle the ledger's time stands still.
  const time = Math.max(now.value, recovering.ledgerTime);
  if (standing.due > time)
    return (
      <>
        <Notice tone="calm" icon="clock" title={words.waitingTitle(distance(standing.due, time, locale))}>
          <p role="status">{words.waiting(dateAndTime(standing.due, locale))}</p>
        </Notice>
        <Agreed standing={standing} />
      </>
    );
  return (
    <>
      <Notice tone="settled" icon="check" title={words.dueTitle}>
        <p role="status">{words.due}</p>
      </Notice>
      <p class="field-error" role="alert">
        {step.error.value}
      </p>
      <Button
        kind="primary"
        isBusy={step.isBusy.value}
        onClick={() => step.run(() => client.calls.completeRecovery(undefined))}
      >
        {step.isBusy.value ? texts.pay.signing : words.complete}
      </Button>
    </>
  );
}

interface AskProps {
  readonly asked: RecoveryAsked;
  readonly standing: RecoveryStanding;
}

/** While more guardians are needed. */
function Ask({ asked, standing }: AskProps) {
  const { client, now } = useApp();
  const step = useStep();
  const taken = useSignal(false);
  const words = recoveryTexts().lost;
  return (
    <>
      {asked.expiry <= now.value ? (
        <>
          <Notice tone="open" icon="clock" title={words.expiredTitle}>
            <p>{words.expired}</p>
          </Notice>
          <Button kind="primary" onClick={() => step.run(() => client.calls.askGuardiansAgain(undefined))}>
            {words.newCode}
          </Button>
        </>
      ) : (
        <section class="stack">
          <h2>{words.showTitle}</h2>
          <p class="soft">{words.show}</p>
          <ShownMessage text={asked.request} label={words.codeLabel} copy={words.copy} />
          <Digits code={asked.code} />
          <p class="small soft">{words.until(dateAndTime(asked.expiry, locale))}</p>
        </section>
      )}
      <Agreed standing={standing} />
      <section class="stack take">
        <h2>{words.take}</h2>
        <p class="soft small">{words.takeHint}</p>
        <ReadMessage
          scan={words.scanStatement}
          pasteLabel={words.pasteStatement}
          placeholder="AMIGOS:S…"
          error={step.error.value}
          isBusy={step.isBusy.value}
          onText={(statement) => {
            taken.value = false;
            step.run(async () => {
              await client.calls.takeStatement({ statement });
              taken.value = true;
            });
          }}
        />
        <p role="status">{taken.value ? words.taken : ""}</p>
      </section>
    </>
  );
}

function Agreed({ standing: { approvals, threshold } }: { readonly standing: RecoveryStanding }) {
  const words = recoveryTexts().lost;
  return (
    <>
      <Facts>
        <Fact name={words.agreed}>
          <span data-testid="agreed">{words.agreedOf(countToText(approvals.length), countToText(threshold))}</span>
          {approvals.length === 0 ? null : (
            <span class="soft small fact-more">{listToText(approvals.map(nameOfAccount))}</span>
          )}
        </Fact>
      </Facts>
      {approvals.length === 0 ? null : <p class="soft">{words.keep}</p>}
    </>
  );
}

function GiveUp() {
  const { client } = useApp();
  const isAsking = useSignal(false);
  const step = useStep();
  const words = recoveryTexts().lost;
  return (
    <>
      <Button kind="quiet" onClick={() => (isAsking.value = true)}>
        {words.give}
      </Button>
      {isAsking.value ? (
        <SureSheet
          title={words.giveTitle}
          step={step}
          yes={words.giveConfirm}
          onYes={() => step.run(() => client.calls.stopRecovering(undefined))}
          onClose={() => (isAsking.value = false)}
        >
          <p>{words.giveText}</p>
        </SureSheet>
      ) : null}
    </>
  );
}
