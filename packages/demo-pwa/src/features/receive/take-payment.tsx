/** Taking a payment that its payer shows: scanned or pasted, checked here, kept only when every signature holds. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { FrameCollector, isFrameText, type FrameProgress } from "@amigos/adapters/bundle-frames";
import { bundleToText } from "@amigos/core";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Scanner } from "../../ui/scanner.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { readHandover } from "../../wallet/read-input.ts";

export function TakePayment() {
  const { client, router } = useApp();
  const input = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const outcome = useSignal("");
  const isBusy = useSignal(false);
  const isScanning = useSignal(false);
  const progress = useSignal<FrameProgress | undefined>(undefined);
  const collector = useRef(new FrameCollector());

  const take = async (text: string): Promise<void> => {
    isBusy.value = true;
    error.value = undefined;
    outcome.value = "";
    try {
      const report = await client.calls.receive({ text });
      const [payment] = report.payments;
      if (payment !== undefined) router.go({ screen: "payment", payment: payment.id }, { replace: true });
      else outcome.value = report.known > 0 ? texts.receive.known : texts.receive.notForYou;
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isBusy.value = false;
    }
  };

  /** One of several codes. Those that do not belong to the others are passed over: a camera sees what it sees. */
  const readFrame = (text: string): boolean => {
    const read = collector.current.add(text);
    if (!read.ok) {
      if (read.error.type !== "message-damaged") return false;
      error.value = sentenceForError({ type: "message-damaged" });
      progress.value = undefined;
      return false;
    }
    progress.value = read.value;
    if (read.value.message === undefined) return false;
    // The next payment has codes of its own.
    collector.current = new FrameCollector();
    error.value = undefined;
    progress.value = undefined;
    isScanning.value = false;
    void take(bundleToText(read.value.message));
    return true;
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
        <>
          <Scanner
            onText={(text) => (isFrameText(text) ? readFrame(text) : read(text))}
            onClose={() => (isScanning.value = false)}
          />
          <ScanProgress progress={progress.value} />
        </>
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

/** How much of a payment that comes in several codes was read. */
function ScanProgress({ progress }: { readonly progress: FrameProgress | undefined }) {
  if (progress === undefined) return null;
  const [read, needed] = [progress.collected, progress.needed].map((count) => count.toLocaleString(locale)) as [
    string,
    string,
  ];
  return (
    <label class="scan-progress small">
      <span>{texts.scan.progress}</span>
      <progress value={progress.collected} max={progress.needed} />
      <span class="number">{texts.scan.codesRead(read, needed)}</span>
    </label>
  );
}
