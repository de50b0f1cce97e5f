/** A recovery of this wallet's own account that is under way: who asked, how far it is, until when it can be stopped, and stopping it. */
import { useSignal } from "@preact/signals";
import { recoveryStatementToText } from "@amigos/core";
import type { RecoveryUnderWay, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { dateAndTime, distance } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SureSheet } from "../../ui/sure-sheet.tsx";
import { ShownMessage } from "../../ui/shown-message.tsx";
import { useStep } from "../../ui/use-step.ts";
import { isolated } from "../../format/isolated.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";

export interface RecoveryAlarmProps {
  readonly underWay: RecoveryUnderWay;
  readonly view: WalletView;
}

export function RecoveryAlarm({ underWay, view }: RecoveryAlarmProps) {
  const { client, now } = useApp();
  const isAsking = useSignal(false);
  const veto = useSignal<Uint8Array | undefined>(undefined);
  const step = useStep();
  const words = recoveryTexts().alarm;
  const stop = (): void =>
    step.run(async () => {
      veto.value = await whilePaying(() => client.calls.vetoRecovery({ start: underWay.start }));
      isAsking.value = false;
    });
  const isVetoed = underWay.veto !== undefined;
  return (
    <section class="stack">
      <Notice tone={isVetoed ? "open" : "dispute"} title={texts.recoveryBanner.title}>
        {sentencesOf(underWay, view, now.value).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {isVetoed ? (
          <p role="status">{words.vetoed}</p>
        ) : (
          <p>
            <strong>{words.ask}</strong>
          </p>
        )}
      </Notice>
      {isVetoed ? (
        veto.value === undefined ? (
          <>
            <p class="field-error" role="alert">
              {step.error.value}
            </p>
            <Button kind="quiet" isBusy={step.isBusy.value} onClick={stop}>
              {words.showVeto}
            </Button>
          </>
        ) : (
          <>
            <p class="small soft">{words.vetoByHand}</p>
            <ShownMessage text={recoveryStatementToText(veto.value)} label={words.vetoLabel} copy={words.copyVeto} />
          </>
        )
      ) : (
        <Button kind="danger" onClick={() => (isAsking.value = true)}>
          {words.veto}
        </Button>
      )}
      {isAsking.value ? (
        <SureSheet
          title={words.vetoTitle}
          step={step}
          yes={words.vetoConfirm}
          isSigned
          onYes={stop}
          onClose={() => (isAsking.value = false)}
        >
          <p>{words.vetoText}</p>
        </SureSheet>
      ) : null}
    </section>
  );
}

function sentencesOf(underWay: RecoveryUnderWay, view: WalletView, now: number): readonly string[] {
  const words = recoveryTexts().alarm;
  const { way, starter, approvals, due, finality } = underWay;
  const threshold = view.recovery.ways?.guardians?.threshold;
  return [
    starter === undefined ? words.byKey : words.byGuardian(isolated(nameOfAccount(starter))),
    ...(way === "guardians" && threshold !== undefined ? [words.agreed(approvals.length, threshold)] : []),
    ...(due === undefined
      ? []
      : [due <= now ? words.dueNow : words.dueIn(distance(due, now, locale), dateAndTime(due, locale))]),
    ...(finality === "settled" ? [] : [words.settling]),
  ];
}
