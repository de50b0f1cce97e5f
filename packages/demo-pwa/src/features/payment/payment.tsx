/** One payment and everything that is known of it: where it stands, how it got there, why, and the ids to check it by. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { accountToText, bytesToHex, entryToText } from "@amigos/core";
import type { PaymentView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { routeToFragment } from "../../app/route.ts";
import { dateAndTime, timeOfDay } from "../../format/time.ts";
import { describeFailure } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { paymentState, type PaymentState } from "../../wallet/payment-state.ts";
import { contactNames } from "../../wallet/contacts.ts";
import { conflictOfEntry } from "../../wallet/selectors.ts";
import { NameSheet } from "../people/name-sheet.tsx";
import { GiveReceipt } from "./give-receipt.tsx";
import { PaymentStick } from "./payment-stick.tsx";
import { Weighing } from "./weighing.tsx";
import "./payment.css";

export function Payment({ payment, view }: { readonly payment: PaymentView; readonly view: WalletView }) {
  const { now } = useApp();
  const isNaming = useSignal(false);
  const state = paymentState(payment);
  const isOut = payment.direction === "out";
  const conflict = conflictOfEntry(view, payment.id);
  const failure =
    payment.failure === undefined
      ? undefined
      : describeFailure(payment.failure, { view, now: now.value, isOwn: isOut });
  return (
    <Screen title={isOut ? texts.payment.titleOut : texts.payment.titleIn}>
      <PaymentStick payment={payment} view={view} />
      <p class="soft">{texts.paymentStateMeaning[state]}</p>
      {failure === undefined ? null : (
        <Notice tone="open" title={failure.title}>
          <p>{failure.sentence}</p>
        </Notice>
      )}
      {conflict === undefined ? null : (
        <Notice tone="dispute" title={texts.home.conflictTitle}>
          <a href={routeToFragment({ screen: "conflict", session: conflict.session, sequence: conflict.sequence })}>
            {texts.payment.evidence}
          </a>
        </Notice>
      )}
      <section class="stack">
        <h2>{texts.payment.steps}</h2>
        <Steps payment={payment} state={state} />
      </section>
      {state === "received" || state === "witnessed" ? <Weighing payment={payment} view={view} /> : null}
      {!isOut && payment.finality !== "settled" && failure === undefined ? <GiveReceipt payment={payment} /> : null}
      {isOut && payment.finality === "signed" ? (
        <ButtonLink kind="secondary" icon="scan" href={routeToFragment({ screen: "handover", payment: payment.id })}>
          {texts.payment.showToPayee}
        </ButtonLink>
      ) : null}
      <Facts>
        {payment.memo === undefined ? null : <Fact name={texts.payment.memo}>{payment.memo}</Fact>}
        <Fact name={texts.payment.time}>{dateAndTime(payment.time, locale)}</Fact>
        <Fact name={texts.payment.sequence}>{payment.sequence + 1}</Fact>
        <Fact name={isOut ? texts.payment.to : texts.payment.from} isLong>
          <span class="mono">{accountToText(payment.counterparty)}</span>
        </Fact>
        <Fact name={texts.payment.id} isLong>
          <span class="mono">{entryToText(payment.id)}</span>
        </Fact>
      </Facts>
      <Button kind="quiet" icon="people" onClick={() => (isNaming.value = true)}>
        {contactNames.value.has(payment.counterparty) ? texts.people.rename : texts.people.name}
      </Button>
      {isOut && payment.receipt !== undefined ? (
        <CopyButton kind="quiet" text={bytesToHex(payment.receipt)} label={texts.payment.copyReceipt} />
      ) : null}
      <CopyButton kind="quiet" text={entryToText(payment.id)} label={texts.payment.copyId} />
      {isNaming.value ? <NameSheet account={payment.counterparty} onClose={() => (isNaming.value = false)} /> : null}
    </Screen>
  );
}

/** The ladder: what has happened, and the one thing that has not. */
function Steps({ payment, state }: { readonly payment: PaymentView; readonly state: PaymentState }) {
  const height = String(payment.settledAt ?? "");
  const isOut = payment.direction === "out";
  return (
    <ol class="steps">
      <Step isDone more={isOut ? timeOfDay(payment.time, locale) : undefined}>
        {isOut ? texts.payment.stepSigned : texts.payment.stepReceived}
      </Step>
      {payment.isDisputed ? (
        <Step isDone tone="disputed">
          {texts.payment.stepDisputed}
        </Step>
      ) : null}
      <Rungs payment={payment} />
      {payment.finality === "settled" ? (
        <Step isDone tone={state === "settled" ? "settled" : "refused"}>
          {state === "settled" ? texts.payment.stepSettled(height) : texts.payment.stepRefused(height)}
        </Step>
      ) : (
        <>
          {state === "refused" ? (
            <Step isDone tone="refused">
              {texts.payment.stepRefusedHere}
            </Step>
          ) : null}
          <Step>{texts.payment.stepSettling}</Step>
        </>
      )}
    </ol>
  );
}

/** What is between signed and settled: the payee's receipt, and witnesses. Once it is settled, none of it matters. */
function Rungs({ payment }: { readonly payment: PaymentView }) {
  const { finality, attested, receipt, direction } = payment;
  if (finality === "settled") return null;
  const share = attested === undefined || attested.total === 0n ? undefined : shareToText(attested);
  return (
    <>
      {direction === "out" && receipt !== undefined ? <Step isDone>{texts.payment.stepDelivered}</Step> : null}
      {share === undefined ? null : (
        <Step isDone>
          {finality === "certified" ? texts.payment.stepCertified(share) : texts.payment.stepWitnessed(share)}
        </Step>
      )}
    </>
  );
}

/** `"38 %"`, rounded down: a share is never shown larger than it is. */
function shareToText({ weight, total }: { readonly weight: bigint; readonly total: bigint }): string {
  return new Intl.NumberFormat(locale, { style: "percent" }).format(Number((weight * 100n) / total) / 100);
}

interface StepProps {
  readonly isDone?: boolean;
  readonly tone?: "plain" | "settled" | "refused" | "disputed";
  readonly more?: string | undefined;
  readonly children: ComponentChildren;
}

function Step({ isDone = false, tone = "plain", more, children }: StepProps) {
  const icon = !isDone ? "clock" : tone === "refused" ? "close" : tone === "disputed" ? "warning" : "check";
  return (
    <li class={`step step-${isDone ? tone : "open"}`}>
      <span class="step-icon">
        <Icon name={icon} size={18} />
      </span>
      <span>{children}</span>
      {more === undefined ? null : <span class="soft small">{more}</span>}
    </li>
  );
}
