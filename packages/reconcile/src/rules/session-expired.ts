/**
 * It claims a time at or after the expiry, or it is settled later than the grace after it (spec [SES4]). The second half is
 * what ends a session for good: a thief can claim any time, but cannot hold back the ledger's.
 */
import type { EntryRule } from "./rule.ts";

export const sessionExpired: EntryRule = {
  code: "session-expired",
  outcome: "rejected",
  id: "SES4",
  check: ({ session: { expiry } }, { time }, moment) => {
    const graceMs = moment.network.genesis.parameters.expiryGraceMs;
    const isLate = moment.time - expiry > graceMs;
    if (time < expiry && !isLate) return undefined;
    return {
      code: "session-expired",
      reason: time < expiry ? "settled-late" : "signed-late",
      time,
      expiry,
      ledgerTime: moment.time,
      graceMs,
    };
  },
};
