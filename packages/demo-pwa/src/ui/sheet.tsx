/**
 * A sheet that rises over the screen and asks for a decision. A native `<dialog>`: it keeps the focus inside and closes
 * on Escape; what opened it has the focus again afterwards.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { texts } from "../texts/index.ts";
import { Icon } from "./icon.tsx";

export interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Something is under way that must not be walked away from. */
  readonly isHeld?: boolean;
  readonly children: ComponentChildren;
}

export function Sheet({ title, onClose, isHeld = false, children }: SheetProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      element?.close();
      // A dialog that is taken out of the page gives no focus back by itself.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!isHeld) onClose();
      }}
    >
      <div class="sheet-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon-button" aria-label={texts.common.close} disabled={isHeld} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
