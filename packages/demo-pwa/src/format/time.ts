/** Times as people read them, by `Intl` alone. The caller says what time it is now. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `"14:02"`. */
export function timeOfDay(timeMs: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(timeMs);
}

/** `"Nov 22, 2026, 14:02"`. */
export function dateAndTime(timeMs: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(timeMs);
}

/** `"Today"`, `"Yesterday"`, `"November 22"`: the heading of a day in a list. */
export function dayHeading(timeMs: number, nowMs: number, locale?: string): string {
  const days = Math.round((startOfDay(timeMs) - startOfDay(nowMs)) / DAY_MS);
  if (days === 0 || days === -1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  const isThisYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    month: "long",
    day: "numeric",
    ...(isThisYear ? {} : { year: "numeric" }),
  }).format(timeMs);
}

/** `"in 30 seconds"`, `"in 9 hours"`, `"in 30 days"`, `"2 minutes ago"`: rounded to the largest unit that fits. */
export function distance(timeMs: number, nowMs: number, locale?: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const difference = timeMs - nowMs;
  const size = Math.abs(difference);
  if (size < MINUTE_MS) return format.format(Math.round(difference / SECOND_MS), "second");
  if (size < HOUR_MS) return format.format(Math.round(difference / MINUTE_MS), "minute");
  if (size < 2 * DAY_MS) return format.format(Math.round(difference / HOUR_MS), "hour");
  return format.format(Math.round(difference / DAY_MS), "day");
}

/** `"30 days"`. */
export function daysToText(durationMs: number, locale?: string): string {
  const format = new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" });
  return format.format(Math.round(durationMs / DAY_MS));
}

/** `"6 hours"`, `"3 days"`: in hours below two days, and otherwise in days. */
export function durationToText(durationMs: number, locale?: string): string {
  if (durationMs >= 2 * DAY_MS) return daysToText(durationMs, locale);
  const format = new Intl.NumberFormat(locale, { style: "unit", unit: "hour", unitDisplay: "long" });
  return format.format(Math.round(durationMs / HOUR_MS));
}

function startOfDay(timeMs: number): number {
  return new Date(timeMs).setHours(0, 0, 0, 0);
}
