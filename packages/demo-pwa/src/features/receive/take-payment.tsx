/** Taking a payment that its payer shows: scanned or pasted, checked here, kept only when every signature holds. */
import { useSignal } from "@preact/signals";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { MessageScanner } from "../../ui/message-scanner.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { readHandover } from "../../wallet/read-input.ts";

export function TakePayment() {
  const { client, router } = useApp();
  const input = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const outcome = useSignal("");
  const isBusy = useSignal(false);
  const isScanning = useSignal(false);

  const take = async (handover: Uint8Array | string): Promise<void> => {
    isBusy.value = true;
    error.value = undefined;
    outcome.value = "";
    try {
      const report = await client.calls.receive({ handover });
      const payment = report.payments[0] ?? report.delivered[0];
      if (payment !== undefined) router.go({ screen: "payment", payment: payment.id }, { replace: true });
      else outcome.value = report.known > 0 ? texts.receive.known : texts.receive.notForYou;
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isBusy.value = false;
    }
  };

  const read = (text: string): boolean => {
    const result = readHandover(text);
    error.value = result.ok ? undefined : sentenceForError(result.error);
    if (!result.ok) return false;
    isScanning.value = false;
    void take(result.value);
    return true;
  };

  return (
    <section class="take stack">
      <h2>{texts.receive.takeTitle}</h2>
      <p class="soft small">{texts.receive.takeHint}</p>
      {isScanning.value ? (
        <MessageScanner
          onText={read}
          onMessage={(message) => {
            isScanning.value = false;
            void take(message);
          }}
          onDamage={() => (error.value = sentenceForError({ type: "message-damaged" }))}
          onClose={() => (isScanning.value = false)}
        />
      ) : (
        <Button icon="scan" onClick={() => (isScanning.value = true)}>
          {texts.receive.scanPayment}
        </Button>
      )}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy.value) read(input.value);
        }}
      >
        <Field
          label={texts.receive.takeLabel}
          placeholder={texts.receive.takePlaceholder}
          lines={3}
          value={input.value}
          error={error.value}
          onInput={(value) => {
            input.value = value;
            error.value = undefined;
            outcome.value = "";
          }}
        />
        <Button type="submit" isBusy={isBusy.value}>
          {isBusy.value ? texts.receive.taking : texts.receive.take}
        </Button>
      </form>
      <p role="status">{outcome.value}</p>
    </section>
  );
}
