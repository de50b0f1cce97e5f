/** A receipt for a payment that arrived by hand: shown to the payer, who cannot know otherwise that it did. */
import { useSignal } from "@preact/signals";
import type { PaymentView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { toAppError } from "../../wallet/app-error.ts";

export function GiveReceipt({ payment }: { readonly payment: PaymentView }) {
  const { client } = useApp();
  const receipt = useSignal<string | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);
  const show = async (): Promise<void> => {
    try {
      receipt.value = await client.calls.receipt({ payment: payment.id });
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    }
  };
  if (receipt.value === undefined)
    return (
      <div class="stack">
        <Button icon="scan" onClick={() => void show()}>
          {texts.payment.receiptShow}
        </Button>
        <p class="field-error" role="alert">
          {error.value}
        </p>
      </div>
    );
  return (
    <section class="stack">
      <h2>{texts.payment.receiptShow}</h2>
      <QrCode text={receipt.value} label={texts.payment.receiptLabel} errorCorrection="low" />
      <p class="small soft">{texts.payment.receiptHint}</p>
      <CopyButton text={receipt.value} label={texts.payment.copyReceipt} />
    </section>
  );
}
