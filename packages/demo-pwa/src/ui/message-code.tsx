/** A message as one code where it fits one, and otherwise as codes that follow one another. */
import { AnimatedCode } from "./animated-code.tsx";
import { QrCode } from "./qr-code.tsx";

export interface MessageCodeProps {
  readonly message: Uint8Array;
  /** The same as one text. */
  readonly text: string;
  readonly label: string;
}

/** Characters that still give a code which a phone reads off another phone's screen. */
const TEXT_LENGTH_MAX = 2200;

export function MessageCode({ message, text, label }: MessageCodeProps) {
  return text.length > TEXT_LENGTH_MAX ? (
    <AnimatedCode message={message} label={label} />
  ) : (
    <QrCode text={text} label={label} errorCorrection="low" />
  );
}
