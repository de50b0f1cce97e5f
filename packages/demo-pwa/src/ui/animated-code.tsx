/**
 * A message that is too long for one code, as codes that follow one another (spec [FRM1]). A camera may miss any of them. It can
 * be held, as everything that moves by itself can.
 */
import { countToText } from "../format/count.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { createFrames } from "@amigos/adapters/bundle-frames";
import { texts } from "../texts/index.ts";
import { Button } from "./button.tsx";
import { QrCode } from "./qr-code.tsx";

/** Six pictures of a camera that takes thirty a second. */
const FRAME_MS = 200;
/** For who asked for less motion: a few codes take a while, and nothing flickers. */
const CALM_FRAME_MS = 1_000;

export function AnimatedCode({ message, label }: { readonly message: Uint8Array; readonly label: string }) {
  const shown = useSignal(0);
  const isHeld = useSignal(false);
  const frames = useMemo(() => createFrames(message), [message]);

  useEffect(() => {
    if (isHeld.value) return undefined;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const timer = setInterval(() => (shown.value += 1), isCalm ? CALM_FRAME_MS : FRAME_MS);
    return () => clearInterval(timer);
  }, [message, isHeld.value]);

  return (
    <div class="stack">
      <QrCode text={frames.frame(shown.value)} label={label} errorCorrection="low" />
      <p class="soft small">{texts.qr.animated(countToText(frames.needed))}</p>
      <Button kind="quiet" icon={isHeld.value ? "next" : "hold"} onClick={() => (isHeld.value = !isHeld.value)}>
        {isHeld.value ? texts.qr.goOn : texts.qr.hold}
      </Button>
    </div>
  );
}
