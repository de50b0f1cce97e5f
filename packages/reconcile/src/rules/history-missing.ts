/**
 * This replica does not keep what it would need: what was settled at the entry's place, or the checkpoint that it names.
 * It says so instead of guessing; a replica with the whole past never does (spec [HIS2]).
 */
import type { EntryRule } from "./rule.ts";

export const historyMissing: EntryRule = {
  code: "history-missing",
  outcome: "deferred",
  id: "HIS2",
  check: ({ checkpoint, isPlaceForgotten }, entry, moment) => {
    const { sequence } = entry;
    const { height } = entry.checkpoint;
    if (isPlaceForgotten) return { code: "history-missing", reason: "settled-entry", height, sequence };
    const isForgotten = height <= moment.height && checkpoint === undefined;
    return isForgotten ? { code: "history-missing", reason: "checkpoint", height, sequence } : undefined;
  },
};
