/** A device for an account that exists: let in by another of its devices, or brought back from its words and its file. */
import { useSignal } from "@preact/signals";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FileField } from "../../ui/file-field.tsx";

export interface Restorable {
  readonly words: string;
  readonly file: Uint8Array;
}

export interface HaveAccountProps {
  readonly onJoin: () => void;
  readonly onRestore: (restorable: Restorable) => void;
  readonly onBack: () => void;
}

export function HaveAccount({ onJoin, onRestore, onBack }: HaveAccountProps) {
  const isRestoring = useSignal(false);
  const words = useSignal("");
  const file = useSignal<Uint8Array | undefined>(undefined);
  const isMissing = useSignal(false);
  const restore = (): void => {
    isMissing.value = words.value.trim() === "" || file.value === undefined;
    if (!isMissing.value && file.value !== undefined) onRestore({ words: words.value, file: file.value });
  };
  return (
    <div class="stack">
      <Button kind="primary" icon="device" onClick={onJoin}>
        {texts.restore.byDevice}
      </Button>
      {isRestoring.value ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            restore();
          }}
        >
          <Field
            label={texts.restore.words}
            hint={texts.restore.wordsHint}
            lines={3}
            value={words.value}
            onInput={(value) => (words.value = value)}
          />
          <FileField label={texts.restore.file} onFile={(bytes) => (file.value = bytes)} />
          <p class="small" role="status">
            {file.value === undefined ? "" : texts.restore.fileRead}
          </p>
          <p class="field-error" role="alert">
            {isMissing.value ? texts.restore.missing : ""}
          </p>
          <Button type="submit">{texts.restore.confirm}</Button>
        </form>
      ) : (
        <Button onClick={() => (isRestoring.value = true)}>{texts.restore.byWords}</Button>
      )}
      <Button kind="quiet" onClick={onBack}>
        {texts.common.back}
      </Button>
    </div>
  );
}
