/** A short message of somebody else: read by the camera, or pasted. */
import { useSignal } from "@preact/signals";
import { Button } from "./button.tsx";
import { PasteForm } from "./paste-form.tsx";
import { Scanner } from "./scanner.tsx";

export interface ReadMessageProps {
  readonly scan: string;
  readonly pasteLabel: string;
  /** How such a text begins. */
  readonly placeholder: string;
  readonly error: string | undefined;
  readonly isBusy: boolean;
  /** Whether reading one is what the screen is for. */
  readonly isMain?: boolean;
  readonly onText: (text: string) => void;
}

export function ReadMessage({
  scan,
  pasteLabel,
  placeholder,
  error,
  isBusy,
  isMain = false,
  onText,
}: ReadMessageProps) {
  const isScanning = useSignal(false);
  return (
    <>
      {isScanning.value ? (
        <Scanner
          onText={(text) => {
            isScanning.value = false;
            onText(text);
            return true;
          }}
          onClose={() => (isScanning.value = false)}
        />
      ) : (
        <Button kind={isMain ? "primary" : "secondary"} icon="scan" onClick={() => (isScanning.value = true)}>
          {scan}
        </Button>
      )}
      <PasteForm label={pasteLabel} placeholder={placeholder} error={error} isBusy={isBusy} onText={onText} />
    </>
  );
}
