/** It spends more than the session may send in one payment (spec [LIM1]). */
import { spendOf } from "../spend.ts";
import { lowestLimit } from "./limits.ts";
import type { EntryRule } from "./rule.ts";

export const limitPerTransaction: EntryRule = {
  code: "limit-per-transaction",
  outcome: "rejected",
  id: "LIM1",
  check: ({ session }, { operation }) => {
    const spend = spendOf(operation);
    if (spend === undefined) return undefined;
    const { asset, amount: asked } = spend;
    const limit = lowestLimit(session, "SEND_LIMIT_TX", asset);
    return limit !== undefined && asked > limit
      ? { code: "limit-per-transaction", asset, limit, asked, left: limit }
      : undefined;
  },
};
