/**
 * A QR code as one SVG path: dark on white in both themes, because cameras want it so. The encoder loads when a first
 * code is shown. The text stands beside it wherever it is used, so the code itself needs no more than a name.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface QrCodeProps {
  readonly text: string;
  readonly label: string;
  /** How much of a code may be unreadable. Long texts take `low`, or their modules get too small for a camera. */
  readonly errorCorrection: "low" | "medium";
}

interface Drawing {
  readonly text: string;
  readonly size: number;
  readonly path: string;
}

/** Modules of white around the code, beside the one that the encoder adds: four, as the standard asks for. */
const QUIET_ZONE = 3;

export function QrCode({ text, label, errorCorrection }: QrCodeProps) {
  const drawing = useSignal<Drawing | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    void draw(text, errorCorrection).then((drawn) => {
      if (isCurrent) drawing.value = drawn;
    });
    return () => {
      isCurrent = false;
    };
  }, [text, errorCorrection]);

  const drawn = drawing.value;
  return (
    <div class="qr-code">
      {drawn === undefined ? null : (
        <svg
          viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${drawn.size + 2 * QUIET_ZONE} ${drawn.size + 2 * QUIET_ZONE}`}
          role="img"
          aria-label={label}
          data-text={drawn.text}
          shape-rendering="crispEdges"
        >
          <path d={drawn.path} />
        </svg>
      )}
    </div>
  );
}

async function draw(text: string, errorCorrection: "low" | "medium"): Promise<Drawing> {
  const { default: encodeQR } = await import("qr");
  const rows = encodeQR(text, "raw", { ecc: errorCorrection, border: 1 });
  return { text, size: rows.length, path: rows.map(rowPath).join("") };
}

/** Runs of dark modules, as rectangles one module high. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x++;
    path += `M${start} ${y}h${x - start + 1}v1h${start - x - 1}z`;
  }
  return path;
}
