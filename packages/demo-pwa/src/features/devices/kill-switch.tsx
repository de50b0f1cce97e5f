/**
 * Ending every device at once: by holding a button, or in two steps for who cannot hold one. Afterwards it says whether the
 * ledger has it.
 */
import { useSignal } from "@preact/signals";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { HoldButton } from "../../ui/hold-button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SureSheet } from "../../ui/sure-sheet.tsx";
import { useStep } from "../../ui/use-step.ts";

export function KillSwitch({ view }: { readonly view: WalletView }) {
  const { client } = useApp();
  const isAsking = useSignal(false);
  const step = useStep();
  const words = texts.devices.kill;
  const kill = (): void =>
    step.run(async () => {
      await whilePaying(() => client.calls.killSwitch(undefined));
      isAsking.value = false;
    });

  if (view.session.status === "killed") {
    const isSettled = view.session.end?.finality === "settled";
    return (
      <Notice tone="dispute" title={words.title}>
        <p role="status">{isSettled ? words.doneSettled : words.doneSigned}</p>
      </Notice>
    );
  }
  return (
    <section class="stack kill">
      <h2>{words.title}</h2>
      <p class="soft">{words.text}</p>
      <HoldButton label={words.hold} holding={words.holding} tooShort={words.tooShort} onHeld={kill} />
      <Button kind="quiet" onClick={() => (isAsking.value = true)}>
        {words.noHold}
      </Button>
      {isAsking.value ? (
        <SureSheet
          title={words.confirmTitle}
          step={step}
          yes={words.confirm}
          isSigned
          onYes={kill}
          onClose={() => (isAsking.value = false)}
        >
          <p>{words.confirmText}</p>
        </SureSheet>
      ) : (
        <p class="field-error" role="alert">
          {step.error.value}
        </p>
      )}
    </section>
  );
}
