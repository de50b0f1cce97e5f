/** Ending one device: what follows, and once more whether that is wanted. */
import type { SessionView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { texts } from "../../texts/index.ts";
import { Notice } from "../../ui/notice.tsx";
import { SureSheet } from "../../ui/sure-sheet.tsx";
import { useStep } from "../../ui/use-step.ts";

export interface RemoveSheetProps {
  readonly session: SessionView;
  readonly view: WalletView;
  readonly onClose: () => void;
}

export function RemoveSheet({ session, view, onClose }: RemoveSheetProps) {
  const { client } = useApp();
  const step = useStep();
  const remove = (): void =>
    step.run(async () => {
      await whilePaying(() => client.calls.revoke({ session: session.id }));
      onClose();
    });
  return (
    <SureSheet
      title={texts.devices.removeTitle(session.label ?? session.device)}
      step={step}
      yes={texts.devices.removeConfirm}
      isSigned
      onYes={remove}
      onClose={onClose}
    >
      {session.id === view.session.id ? (
        <Notice tone="open">
          <p>{texts.devices.removeOwn}</p>
        </Notice>
      ) : null}
      <p>{texts.devices.removeText}</p>
    </SureSheet>
  );
}
