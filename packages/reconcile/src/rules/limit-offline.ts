/** With it, the session would have more outstanding than it may (spec [LIM6] to [LIM8]). */
import type { Amount } from "@amigos/core";
import { spendOf } from "../spend.ts";
import { offlineLimitOf, outstandingAfter } from "../state/outstanding.ts";
import type { EntryRule } from "./rule.ts";

export const limitOffline: EntryRule = {
  code: "limit-offline",
  outcome: "rejected",
  id: "LIM6",
  check: ({ session, settledCheckpoint }, { checkpoint, operation }) => {
    if (session.offlineLimits.length === 0) return undefined;
    const spend = spendOf(operation);
    if (spend === undefined) return undefined;
    const { asset, amount: asked } = spend;
    const limit = offlineLimitOf(session, asset);
    if (limit === undefined) return undefined;
    const isForgotten = checkpoint.height < settledCheckpoint;
    const used = isForgotten ? limit : outstandingAfter(session, asset, checkpoint.height);
    const left = (used < limit ? limit - used : 0n) as Amount;
    return asked > left ? { code: "limit-offline", asset, limit, used, asked, left } : undefined;
  },
};
