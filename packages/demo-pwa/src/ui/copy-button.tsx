/** Copies a text, and says that it has. Where the browser forbids it, the text beside it can still be selected. */
import { useSignal } from "@preact/signals";
import { texts } from "../texts/index.ts";
import { Button, type ButtonKind } from "./button.tsx";

export interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  readonly kind?: ButtonKind;
}

export function CopyButton({ text, label, kind = "secondary" }: CopyButtonProps) {
  const copied = useSignal<{ readonly text: string; readonly ok: boolean } | undefined>(undefined);
  const result = copied.value?.text === text ? copied.value : undefined;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = { text, ok: true };
    } catch {
      copied.value = { text, ok: false };
    }
  };
  return (
    <>
      <Button kind={kind} icon={result?.ok === true ? "check" : "copy"} onClick={() => void copy()}>
        {result?.ok === true ? texts.common.copied : label}
      </Button>
      <span class="visually-hidden" role="status">
        {result === undefined ? "" : result.ok ? texts.common.copied : texts.common.copyFailed}
      </span>
    </>
  );
}
