/** The numbers of a session's limits: read by the rules that enforce them, and by wallets that show what is left. */
import type { Amount, AssetCode, TimeMs } from "@amigos/core";
import type { SessionState } from "../state/session-state.ts";
import { endOfUtcDay, startOfUtcDay, utcDayOf } from "../utc-day.ts";

/** The lowest limit of a kind for an asset, since all of them must hold; `undefined` when there is none. */
export function lowestLimit(
  session: SessionState,
  type: "SEND_LIMIT_TX" | "SEND_LIMIT_DAILY",
  asset: AssetCode,
): Amount | undefined {
  let lowest: Amount | undefined;
  for (const permission of session.permissions) {
    if (permission.type !== type || permission.asset !== asset) continue;
    if (lowest === undefined || permission.amount < lowest) lowest = permission.amount;
  }
  return lowest;
}

/** What is used of a daily limit on the UTC day of `time`: all of it, if the session has left that day behind (spec [LIM5]). */
export function usedOfDay(session: SessionState, asset: AssetCode, limit: Amount, time: TimeMs): Amount {
  const day = utcDayOf(time);
  return day < session.openDay ? limit : (session.spentByDay.get(day)?.get(asset) ?? (0n as Amount));
}

/** When there is something to spend again: at the end of that day, or at the beginning of the session's open day. */
export function dailyRenewal(session: SessionState, time: TimeMs): TimeMs {
  const day = utcDayOf(time);
  return day < session.openDay ? startOfUtcDay(session.openDay) : endOfUtcDay(day);
}
