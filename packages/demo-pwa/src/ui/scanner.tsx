/**
 * Reads a QR code with the camera. Asks the browser for the camera only after a person asked for it here, keeps one
 * stream as long as it is shown, and lets go of it on the way out. What it reads goes to `onText`, which says whether
 * it was what was wanted: if not, the camera goes on.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ScanError } from "../wallet/app-error.ts";
import { sentenceForError } from "../texts/error-sentences.ts";
import { texts } from "../texts/index.ts";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

export interface ScannerProps {
  /** Whether the text was taken. */
  readonly onText: (text: string) => boolean;
  readonly onClose: () => void;
}

/** Longer side of the picture that is searched: codes of our length need no more, and a phone decodes it in a frame. */
const PICTURE_SIDE_MAX = 960;

export function Scanner({ onText, onClose }: ScannerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const error = useSignal<ScanError | undefined>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    scan(video.current as HTMLVideoElement, onText, stop.signal).catch((thrown: unknown) => {
      if (!stop.signal.aborted) error.value = toScanError(thrown);
    });
    return () => stop.abort();
  }, []);

  if (error.value !== undefined) {
    return (
      <Notice tone="open">
        <p>{sentenceForError(error.value)}</p>
      </Notice>
    );
  }
  return (
    <div class="scanner">
      <div class="scanner-window">
        <video ref={video} playsInline muted aria-label={texts.scan.view} />
      </div>
      <Button kind="quiet" icon="close" onClick={onClose}>
        {texts.scan.stop}
      </Button>
    </div>
  );
}

async function scan(video: HTMLVideoElement, onText: (text: string) => boolean, signal: AbortSignal): Promise<void> {
  const [stream, { default: decodeQR }] = await Promise.all([openCamera(), import("qr/decode.js")]);
  const close = (): void => stream.getTracks().forEach((track) => track.stop());
  if (signal.aborted) return close();
  signal.addEventListener("abort", close, { once: true });
  video.srcObject = stream;
  await video.play();

  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  let lastText = "";
  const readFrame = (): void => {
    if (signal.aborted) return;
    const scale = Math.min(1, PICTURE_SIDE_MAX / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const text = decodeFrame(decodeQR, context.getImageData(0, 0, canvas.width, canvas.height));
    // A code that was not wanted stays in view for many frames: it is complained about once.
    if (text !== undefined && text !== lastText && onText(text)) return;
    lastText = text ?? lastText;
    video.requestVideoFrameCallback(readFrame);
  };
  video.requestVideoFrameCallback(readFrame);
}

function decodeFrame(decodeQR: (image: ImageData) => string, image: ImageData): string | undefined {
  try {
    return decodeQR(image);
  } catch {
    // The decoder throws for a picture without a code: that is most of them.
    return undefined;
  }
}

function openCamera(): Promise<MediaStream> {
  if (navigator.mediaDevices === undefined) return Promise.reject(new DOMException("no camera API", "NotFoundError"));
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 1280 } },
  });
}

function toScanError(thrown: unknown): ScanError {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return { type: "camera-denied" };
  if (name === "NotFoundError" || name === "OverconstrainedError") return { type: "camera-missing" };
  return { type: "camera-failed" };
}
