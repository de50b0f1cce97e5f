/** A labelled text field with its hint and its error tied to it. The error is announced when it appears. */
import { useId } from "preact/hooks";
import type { TargetedInputEvent } from "preact";

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Beside the text, such as the asset's code. */
  readonly suffix?: string;
  /** What the browser's password manager makes of it; both hide what is typed. */
  readonly kind?: "text" | "new-password" | "current-password";
  readonly inputMode?: "text" | "decimal";
  readonly lengthMax?: number;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly autoFocus?: boolean;
  /** More than one line: what is pasted there is long. */
  readonly lines?: number;
  readonly size?: "normal" | "large";
}

export function Field(props: FieldProps) {
  const {
    label,
    value,
    onInput,
    hint,
    error,
    suffix,
    kind = "text",
    inputMode = "text",
    lengthMax,
    placeholder,
    isRequired,
    lines,
    size = "normal",
  } = props;
  const id = useId();
  const describedBy = [hint === undefined ? "" : `${id}-hint`, error === undefined ? "" : `${id}-error`]
    .join(" ")
    .trim();
  const shared = {
    id,
    value,
    placeholder,
    maxLength: lengthMax,
    required: isRequired,
    autoComplete: kind === "text" ? "off" : kind,
    dir: "auto",
    spellcheck: false,
    "aria-invalid": error === undefined ? undefined : true,
    "aria-describedby": describedBy === "" ? undefined : describedBy,
    "data-autofocus": props.autoFocus === true ? "" : undefined,
    onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) => onInput(event.currentTarget.value),
  } as const;
  return (
    <div class={`field field-${size}`}>
      <label class="field-label" for={id}>
        {label}
      </label>
      {lines === undefined ? (
        <span class="field-box">
          {kind === "text" ? (
            <input {...shared} type="text" inputMode={inputMode} class="field-input" />
          ) : (
            <input {...shared} type="password" class="field-input" />
          )}
          {suffix === undefined ? null : <span class="field-suffix">{suffix}</span>}
        </span>
      ) : (
        <textarea {...shared} rows={lines} class="field-box field-input field-lines mono" />
      )}
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p class="field-error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </div>
  );
}
