/** It claims a time before its grant begins to hold (spec [SES3]). */
import type { EntryRule } from "./rule.ts";

export const sessionNotYetValid: EntryRule = {
  code: "session-not-yet-valid",
  outcome: "rejected",
  id: "SES3",
  check: ({ session: { notBefore } }, { time }) =>
    time < notBefore ? { code: "session-not-yet-valid", time, notBefore } : undefined,
};
