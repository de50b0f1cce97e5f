/**
 * A button for what cannot be taken back: it acts after it was held for a while, with a finger, a mouse, or the space or
 * enter key. Whoever cannot hold one needs another way beside it; this one says only that it was let go too early.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface HoldButtonProps {
  readonly label: string;
  /** While it is held. */
  readonly holding: string;
  /** When it was let go too early. */
  readonly tooShort: string;
  readonly onHeld: () => void;
}

/** Long enough not to happen in a pocket. The style sheet fills the button in the same time. */
const HOLD_MS = 2_000;

export function HoldButton({ label, holding, tooShort, onHeld }: HoldButtonProps) {
  const isHeld = useSignal(false);
  const wasTooShort = useSignal(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const start = (): void => {
    if (isHeld.value) return;
    isHeld.value = true;
    wasTooShort.value = false;
    timer.current = setTimeout(() => {
      isHeld.value = false;
      onHeld();
    }, HOLD_MS);
  };
  const stop = (): void => {
    if (!isHeld.value) return;
    clearTimeout(timer.current);
    isHeld.value = false;
    wasTooShort.value = true;
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <>
      <button
        type="button"
        class={isHeld.value ? "button hold-button hold-button-held" : "button hold-button"}
        onPointerDown={(event) => event.isPrimary && event.button === 0 && start()}
        onPointerUp={stop}
        onPointerLeave={stop}
        onPointerCancel={stop}
        onKeyDown={(event) => {
          if (event.key !== " " && event.key !== "Enter") return;
          event.preventDefault();
          start();
        }}
        onKeyUp={stop}
        onBlur={stop}
        onContextMenu={(event) => event.preventDefault()}
        onClick={(event) => {
          // A screen reader's press has no length.
          if (event.detail === 0) wasTooShort.value = true;
        }}
      >
        <span>{isHeld.value ? holding : label}</span>
      </button>
      <p class="small hold-hint" role="status">
        {wasTooShort.value ? tooShort : ""}
      </p>
    </>
  );
}
