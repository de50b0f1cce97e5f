/** Where a text is pasted that a camera could not read, and handed on without the blanks around it. */
import { useSignal } from "@preact/signals";
import { texts } from "../texts/index.ts";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";

interface PasteFormProps {
  readonly label: string;
  /** How such a text begins. */
  readonly placeholder: string;
  readonly error?: string | undefined;
  readonly isBusy: boolean;
  readonly onText: (text: string) => void;
}

export function PasteForm({ label, placeholder, error, isBusy, onText }: PasteFormProps) {
  const input = useSignal("");
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onText(input.value.trim());
      }}
    >
      <Field
        label={label}
        placeholder={placeholder}
        lines={3}
        value={input.value}
        error={error}
        onInput={(value) => (input.value = value)}
      />
      <Button type="submit" isBusy={isBusy}>
        {texts.pay.continue}
      </Button>
    </form>
  );
}
