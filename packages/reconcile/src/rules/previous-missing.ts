/** The entry that it follows is not decided: a log is judged in its own order, without gaps (spec [LOG3]). */
import type { EntryRule } from "./rule.ts";

export const previousMissing: EntryRule = {
  code: "previous-missing",
  outcome: "deferred",
  id: "LOG3",
  check: ({ session, predecessor }, entry) =>
    predecessor === undefined
      ? { code: "previous-missing", previous: entry.previous, nextSequence: session.nextSequence }
      : undefined,
};
