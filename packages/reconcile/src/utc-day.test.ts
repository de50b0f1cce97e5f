import { timeMs } from "@amigos/core";
import { describe, expect, it } from "vitest";
import { endOfUtcDay, startOfUtcDay, utcDayOf } from "./utc-day.ts";

describe("UTC days", () => {
  it("[LIM4] begin at midnight and end before the next", () => {
    const midnight = timeMs(Date.UTC(2026, 1, 28));
    const day = utcDayOf(midnight);
    expect([utcDayOf(timeMs(midnight - 1)), utcDayOf(timeMs(midnight + 86_399_999))]).toEqual([day - 1, day]);
    expect([startOfUtcDay(day), endOfUtcDay(day)]).toEqual([midnight, Date.UTC(2026, 2, 1)]);
  });
});
