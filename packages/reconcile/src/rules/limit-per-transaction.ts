/** It pays more than the session may send in one payment (spec [LIM1]). */
import { lowestLimit } from "./limits.ts";
import type { EntryRule } from "./rule.ts";

export const limitPerTransaction: EntryRule = {
  code: "limit-per-transaction",
  outcome: "rejected",
  id: "LIM1",
  check: ({ session }, { operation: { asset, amount } }) => {
    const limit = lowestLimit(session, "SEND_LIMIT_TX", asset);
    return limit !== undefined && amount > limit
      ? { code: "limit-per-transaction", asset, limit, asked: amount, left: limit }
      : undefined;
  },
};
