import { expect, test } from "vitest";
import { dayHeading, distance, durationToText } from "./time.ts";

const NOON = new Date(2026, 10, 22, 12).getTime();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test("days have names while they are near", () => {
  expect(dayHeading(NOON - HOUR_MS, NOON, "en")).toBe("Today");
  expect(dayHeading(NOON - DAY_MS, NOON, "en")).toBe("Yesterday");
  expect(dayHeading(NOON - 3 * DAY_MS, NOON, "en")).toBe("November 19");
  expect(dayHeading(NOON - 400 * DAY_MS, NOON, "en")).toBe("October 18, 2025");
});

test("a distance is said in the unit that fits", () => {
  expect(distance(NOON + 9 * HOUR_MS, NOON, "en")).toBe("in 9 hours");
  expect(distance(NOON + 30 * DAY_MS, NOON, "en")).toBe("in 30 days");
  expect(distance(NOON - 120_000, NOON, "en")).toBe("2 minutes ago");
});

test("a duration is said in hours, and from two days on in days", () => {
  expect([1, 24, 48, 168].map((hours) => durationToText(hours * HOUR_MS, "en"))).toEqual([
    "1 hour",
    "24 hours",
    "2 days",
    "7 days",
  ]);
});
