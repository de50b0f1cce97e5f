/**
 * Reads what may be too much for one code: either one code whose text is wanted, or several that follow one another, which are
 * collected until they make the whole message (spec [FRM1]).
 */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { FrameCollector, isFrameText, type FrameProgress } from "@amigos/adapters/bundle-frames";
import { locale, texts } from "../texts/index.ts";
import { Scanner } from "./scanner.tsx";

export interface MessageScannerProps {
  /** Whether the text of one code was taken. */
  readonly onText: (text: string) => boolean;
  /** Of several codes. */
  readonly onMessage: (message: Uint8Array) => void;
  /** Several codes that do not make the message which each of them named. */
  readonly onDamage: () => void;
  readonly onClose: () => void;
}

export function MessageScanner({ onText, onMessage, onDamage, onClose }: MessageScannerProps) {
  const progress = useSignal<FrameProgress | undefined>(undefined);
  const collector = useRef(new FrameCollector());

  /** Those that do not belong to the others are passed over: a camera sees what it sees. */
  const readFrame = (text: string): boolean => {
    const read = collector.current.add(text);
    if (!read.ok) {
      if (read.error.type === "message-damaged") {
        progress.value = undefined;
        onDamage();
      }
      return false;
    }
    progress.value = read.value;
    if (read.value.message === undefined) return false;
    onMessage(read.value.message);
    return true;
  };

  return (
    <>
      <Scanner onText={(text) => (isFrameText(text) ? readFrame(text) : onText(text))} onClose={onClose} />
      <ScanProgress progress={progress.value} />
    </>
  );
}

/** How much of a message that comes in several codes was read. */
function ScanProgress({ progress }: { readonly progress: FrameProgress | undefined }) {
  if (progress === undefined) return null;
  const [read, needed] = [progress.collected, progress.needed].map((count) => count.toLocaleString(locale)) as [
    string,
    string,
  ];
  return (
    <label class="scan-progress small">
      <span>{texts.scan.progress}</span>
      <progress value={progress.collected} max={progress.needed} />
      <span class="number">{texts.scan.codesRead(read, needed)}</span>
    </label>
  );
}
