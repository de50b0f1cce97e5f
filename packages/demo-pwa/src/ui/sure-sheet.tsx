/** Once more whether something is wanted that cannot be taken back. */
import type { ComponentChildren } from "preact";
import { texts } from "../texts/index.ts";
import { Decide } from "./decide.tsx";
import { Sheet } from "./sheet.tsx";
import type { Step } from "./use-step.ts";

export interface SureSheetProps {
  readonly title: string;
  readonly step: Step;
  readonly yes: string;
  /** Whether it is signed: then that is said meanwhile. */
  readonly isSigned?: boolean;
  readonly onYes: () => void;
  readonly onClose: () => void;
  /** What follows. */
  readonly children: ComponentChildren;
}

export function SureSheet({ title, step, yes, isSigned = false, onYes, onClose, children }: SureSheetProps) {
  return (
    <Sheet title={title} onClose={onClose} isHeld={step.isBusy.value}>
      {children}
      <Decide
        step={step}
        kind="danger"
        yes={yes}
        {...(isSigned ? { busy: texts.pay.signing } : {})}
        no={texts.common.cancel}
        onYes={onYes}
        onNo={onClose}
      />
    </Sheet>
  );
}
