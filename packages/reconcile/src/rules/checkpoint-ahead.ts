/** It names a checkpoint above the newest one known here: this replica is behind its signer and cannot tell (spec [CHK2]). */
import type { EntryRule } from "./rule.ts";

export const checkpointAhead: EntryRule = {
  code: "checkpoint-ahead",
  outcome: "deferred",
  id: "CHK2",
  check: (_view, { checkpoint }, moment) =>
    checkpoint.height > moment.height
      ? { code: "checkpoint-ahead", height: checkpoint.height, known: moment.height }
      : undefined,
};
