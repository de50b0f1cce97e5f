/** Ending one device: what follows, and once more whether that is wanted. */
import { useSignal } from "@preact/signals";
import type { SessionView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toAppError } from "../../wallet/app-error.ts";

export interface RemoveSheetProps {
  readonly session: SessionView;
  readonly view: WalletView;
  readonly onClose: () => void;
}

export function RemoveSheet({ session, view, onClose }: RemoveSheetProps) {
  const { client } = useApp();
  const isSigning = useSignal(false);
  const error = useSignal<string | undefined>(undefined);

  const remove = async (): Promise<void> => {
    isSigning.value = true;
    error.value = undefined;
    try {
      await whilePaying(() => client.calls.revoke({ session: session.id }));
      onClose();
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isSigning.value = false;
    }
  };

  return (
    <Sheet
      title={texts.devices.removeTitle(session.label ?? session.device)}
      onClose={onClose}
      isHeld={isSigning.value}
    >
      {session.id === view.session.id ? (
        <Notice tone="open">
          <p>{texts.devices.removeOwn}</p>
        </Notice>
      ) : null}
      <p>{texts.devices.removeText}</p>
      <p class="field-error" role="alert">
        {error.value}
      </p>
      <div class="buttons">
        <Button kind="danger" isBusy={isSigning.value} onClick={() => void remove()}>
          {isSigning.value ? texts.pay.signing : texts.devices.removeConfirm}
        </Button>
        <Button kind="quiet" onClick={() => !isSigning.value && onClose()}>
          {texts.common.cancel}
        </Button>
      </div>
    </Sheet>
  );
}
