/** A short message for somebody else: as a code to scan, and as text to copy or hand to another app. */
import { CopyButton } from "./copy-button.tsx";
import { QrCode } from "./qr-code.tsx";
import { ShareButton } from "./share-button.tsx";

export interface ShownMessageProps {
  readonly text: string;
  readonly label: string;
  readonly copy: string;
}

export function ShownMessage({ text, label, copy }: ShownMessageProps) {
  return (
    <>
      <QrCode text={text} label={label} errorCorrection="low" />
      <div class="buttons">
        <CopyButton text={text} label={copy} />
        <ShareButton text={text} />
      </div>
    </>
  );
}
