/** The two ways on: doing it, or not; and why it did not work. */
import { Button } from "./button.tsx";
import type { Step } from "./use-step.ts";

export interface DecideProps {
  readonly step: Step;
  readonly kind?: "primary" | "danger";
  readonly yes: string;
  /** While it is done. Left out: as before. */
  readonly busy?: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Decide({ step, kind = "primary", yes, busy = yes, no, onYes, onNo }: DecideProps) {
  const isBusy = step.isBusy.value;
  return (
    <>
      <p class="field-error" role="alert">
        {step.error.value}
      </p>
      <div class="buttons">
        <Button kind={kind} isBusy={isBusy} onClick={onYes}>
          {isBusy ? busy : yes}
        </Button>
        <Button kind="quiet" onClick={() => isBusy || onNo()}>
          {no}
        </Button>
      </div>
    </>
  );
}
