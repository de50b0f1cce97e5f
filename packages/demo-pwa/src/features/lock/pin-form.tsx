/** A new PIN or password, twice, so that a slip of the finger locks nobody out. */
import { useSignal } from "@preact/signals";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { isPin, PIN_LENGTH_MAX } from "../../wallet/lock.ts";

export interface PinFormProps {
  readonly isBusy: boolean;
  readonly onPin: (pin: string) => void;
}

export function PinForm({ isBusy, onPin }: PinFormProps) {
  const pin = useSignal("");
  const again = useSignal("");
  const error = useSignal<"weak" | "differs" | undefined>(undefined);
  const submit = (): void => {
    if (isBusy) return;
    error.value = !isPin(pin.value) ? "weak" : pin.value === again.value ? undefined : "differs";
    if (error.value === undefined) onPin(pin.value);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field
        kind="new-password"
        label={texts.lock.pinLabel}
        hint={texts.lock.pinHint}
        value={pin.value}
        error={error.value === "weak" ? texts.lock.pinWeak : undefined}
        lengthMax={PIN_LENGTH_MAX}
        autoFocus
        onInput={(value) => (pin.value = value)}
      />
      <Field
        kind="new-password"
        label={texts.lock.pinAgain}
        value={again.value}
        error={error.value === "differs" ? texts.lock.pinDiffers : undefined}
        lengthMax={PIN_LENGTH_MAX}
        onInput={(value) => (again.value = value)}
      />
      <Button kind="primary" type="submit" isBusy={isBusy}>
        {isBusy ? texts.lock.setting : texts.lock.pinSet}
      </Button>
    </form>
  );
}
