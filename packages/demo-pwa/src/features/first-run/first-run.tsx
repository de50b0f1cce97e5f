/** The first minute: one name, one button. The key is made here; the account exists before any network does. */
import { useSignal } from "@preact/signals";
import { isPlainText, limits } from "@amigos/core";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { BrandMark } from "../../ui/brand-mark.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import "./first-run.css";

export function FirstRun() {
  const { client, suggestedDevice, storage } = useApp();
  const device = useSignal(suggestedDevice);
  const isBusy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);

  const create = async (): Promise<void> => {
    const name = device.value.trim();
    if (!isPlainText(name, limits.DEVICE_NAME_BYTES_MAX)) {
      error.value = sentenceForError({ type: "device-name-invalid" });
      return;
    }
    error.value = undefined;
    isBusy.value = true;
    try {
      // Asked here, because browsers listen to such a wish only while a person is acting. A no is lived with.
      void storage.persist();
      await client.calls.createWallet({ device: name });
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
      isBusy.value = false;
    }
  };

  return (
    <main class="first-run">
      <div class="first-run-hero">
        <BrandMark isOpen={!isBusy.value} size={104} />
        <h1>{texts.firstRun.title}</h1>
        <p class="first-run-lead">{texts.firstRun.lead}</p>
      </div>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy.value) void create();
        }}
      >
        <Field
          label={texts.firstRun.deviceLabel}
          hint={texts.firstRun.deviceHint}
          value={device.value}
          error={error.value}
          lengthMax={limits.DEVICE_NAME_BYTES_MAX}
          onInput={(value) => (device.value = value)}
        />
        <Button kind="primary" type="submit" isBusy={isBusy.value}>
          {isBusy.value ? texts.firstRun.creating : texts.firstRun.create}
        </Button>
        <p class="small soft first-run-note">{texts.firstRun.note}</p>
      </form>
    </main>
  );
}
