/** With it, the session would have spent more than it may in the UTC day that the entry claims (spec [LIM2] to [LIM5]). */
import type { Amount } from "@amigos/core";
import { spendOf } from "../spend.ts";
import { dailyRenewal, lowestLimit, usedOfDay } from "./limits.ts";
import type { EntryRule } from "./rule.ts";

export const limitPerDay: EntryRule = {
  code: "limit-per-day",
  outcome: "rejected",
  id: "LIM2",
  check: ({ session }, { time, operation }) => {
    const spend = spendOf(operation);
    if (spend === undefined) return undefined;
    const { asset, amount: asked } = spend;
    const limit = lowestLimit(session, "SEND_LIMIT_DAILY", asset);
    if (limit === undefined) return undefined;
    const used = usedOfDay(session, asset, limit, time);
    const left = (limit - used) as Amount;
    return asked > left
      ? { code: "limit-per-day", asset, limit, used, asked, left, renewsAt: dailyRenewal(session, time) }
      : undefined;
  },
};
