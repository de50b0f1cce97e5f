/** A file of the person's choosing, read whole. A backup is small; what is not one is refused before it is read. */
import { useId } from "preact/hooks";

export interface FileFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly onFile: (file: Uint8Array) => void;
}

/** Above the largest backup (spec [BAK4]). A larger file is cut, and then refused like any damaged one. */
const FILE_BYTES_MAX = 4_000_000;

export function FileField({ label, hint, onFile }: FileFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="field-file"
        type="file"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file === undefined) return;
          void file
            .slice(0, FILE_BYTES_MAX)
            .arrayBuffer()
            .then((bytes) => onFile(new Uint8Array(bytes)));
          // The same file may be chosen again after a mistake elsewhere.
          event.currentTarget.value = "";
        }}
      />
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
