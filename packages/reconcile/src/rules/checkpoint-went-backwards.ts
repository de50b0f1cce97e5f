/** It names a lower checkpoint than its predecessor: a device does not forget what it knew (spec [CHK4]). */
import type { EntryRule } from "./rule.ts";

export const checkpointWentBackwards: EntryRule = {
  code: "checkpoint-went-backwards",
  outcome: "rejected",
  id: "CHK4",
  check: ({ predecessor }, { checkpoint: { height } }) =>
    predecessor !== undefined && height < predecessor.checkpoint
      ? { code: "checkpoint-went-backwards", height, lowest: predecessor.checkpoint }
      : undefined,
};
