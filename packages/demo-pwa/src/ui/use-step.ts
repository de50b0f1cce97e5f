/** One thing at a time that may fail: whether it is under way, and the sentence for why it did not work. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { sentenceForError } from "../texts/error-sentences.ts";
import { toAppError } from "../wallet/app-error.ts";

export interface Step {
  readonly isBusy: ReadonlySignal<boolean>;
  readonly error: ReadonlySignal<string | undefined>;
  /** Does nothing while another is under way. */
  readonly run: (work: () => Promise<void>) => void;
  readonly forget: () => void;
}

export function useStep(): Step {
  const isBusy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const go = async (work: () => Promise<void>): Promise<void> => {
    isBusy.value = true;
    error.value = undefined;
    try {
      await work();
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isBusy.value = false;
    }
  };
  return {
    isBusy,
    error,
    run: (work) => {
      if (!isBusy.value) void go(work);
    },
    forget: () => (error.value = undefined),
  };
}
