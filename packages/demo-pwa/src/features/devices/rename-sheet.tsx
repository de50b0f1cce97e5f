/** What to call a device here. An empty name is the one that it was added with. */
import { useSignal } from "@preact/signals";
import { isPlainText, limits } from "@amigos/core";
import type { SessionView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toAppError } from "../../wallet/app-error.ts";

export function RenameSheet({ session, onClose }: { readonly session: SessionView; readonly onClose: () => void }) {
  const { client } = useApp();
  const name = useSignal(session.label ?? "");
  const error = useSignal<string | undefined>(undefined);
  const keep = async (): Promise<void> => {
    const label = name.value.trim();
    if (label !== "" && !isPlainText(label, limits.DEVICE_NAME_BYTES_MAX)) {
      error.value = sentenceForError({ type: "device-name-invalid" });
      return;
    }
    try {
      await client.calls.renameDevice({ session: session.id, ...(label === "" ? {} : { label }) });
      onClose();
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    }
  };
  return (
    <Sheet title={texts.devices.renameLabel(session.label ?? session.device)} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <Field
          label={texts.device.name}
          hint={texts.devices.renameHint(session.device)}
          value={name.value}
          error={error.value}
          lengthMax={limits.DEVICE_NAME_BYTES_MAX}
          autoFocus
          onInput={(value) => {
            name.value = value;
            error.value = undefined;
          }}
        />
        <Button kind="primary" type="submit">
          {texts.people.keep}
        </Button>
      </form>
    </Sheet>
  );
}
