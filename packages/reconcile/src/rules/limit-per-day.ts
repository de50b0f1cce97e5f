/** With it, the session would have sent more than it may in the UTC day that the entry claims (spec [LIM2] to [LIM5]). */
import type { Amount } from "@amigos/core";
import { dailyRenewal, lowestLimit, usedOfDay } from "./limits.ts";
import type { EntryRule } from "./rule.ts";

export const limitPerDay: EntryRule = {
  code: "limit-per-day",
  outcome: "rejected",
  id: "LIM2",
  check: ({ session }, { time, operation: { asset, amount } }) => {
    const limit = lowestLimit(session, "SEND_LIMIT_DAILY", asset);
    if (limit === undefined) return undefined;
    const used = usedOfDay(session, asset, limit, time);
    const left = (limit - used) as Amount;
    if (amount <= left) return undefined;
    return { code: "limit-per-day", asset, limit, used, asked: amount, left, renewsAt: dailyRenewal(session, time) };
  },
};
