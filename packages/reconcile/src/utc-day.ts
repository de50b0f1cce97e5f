/** UTC days: what a daily limit counts by (spec [LIM4]). Leap seconds do not exist in `TimeMs`, so a day is a division. */
import { timeMs, type Brand, type TimeMs } from "@amigos/core";

/** Whole days since 1970-01-01. */
export type UtcDay = Brand<number, "UtcDay">;

export const DAY_MS = 86_400_000;

export function utcDayOf(time: TimeMs): UtcDay {
  return Math.floor(time / DAY_MS) as UtcDay;
}

/** Midnight at its beginning. */
export function startOfUtcDay(day: UtcDay): TimeMs {
  return timeMs(day * DAY_MS);
}

/** Midnight at its end: when a daily limit renews. */
export function endOfUtcDay(day: UtcDay): TimeMs {
  return timeMs((day + 1) * DAY_MS);
}
