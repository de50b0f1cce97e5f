/**
 * Ending every device at once: by holding a button, or in two steps for who cannot hold one. Afterwards it says whether the
 * ledger has it.
 */
import { useSignal } from "@preact/signals";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { HoldButton } from "../../ui/hold-button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toAppError } from "../../wallet/app-error.ts";

export function KillSwitch({ view }: { readonly view: WalletView }) {
  const { client } = useApp();
  const isAsking = useSignal(false);
  const isSigning = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const words = texts.devices.kill;

  const kill = async (): Promise<void> => {
    isSigning.value = true;
    error.value = undefined;
    try {
      await whilePaying(() => client.calls.killSwitch(undefined));
      isAsking.value = false;
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isSigning.value = false;
    }
  };

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
      <HoldButton label={words.hold} holding={words.holding} tooShort={words.tooShort} onHeld={() => void kill()} />
      <Button kind="quiet" onClick={() => (isAsking.value = true)}>
        {words.noHold}
      </Button>
      {isAsking.value ? null : <Failure text={error.value} />}
      {isAsking.value ? (
        <Sheet title={words.confirmTitle} onClose={() => (isAsking.value = false)} isHeld={isSigning.value}>
          <p>{words.confirmText}</p>
          <Failure text={error.value} />
          <div class="buttons">
            <Button kind="danger" isBusy={isSigning.value} onClick={() => void kill()}>
              {isSigning.value ? texts.pay.signing : words.confirm}
            </Button>
            <Button kind="quiet" onClick={() => !isSigning.value && (isAsking.value = false)}>
              {texts.common.cancel}
            </Button>
          </div>
        </Sheet>
      ) : null}
    </section>
  );
}

function Failure({ text }: { readonly text: string | undefined }) {
  return (
    <p class="field-error" role="alert">
      {text}
    </p>
  );
}
