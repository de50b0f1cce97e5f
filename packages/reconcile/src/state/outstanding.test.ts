import { describe, expect, it } from "vitest";
import { assetCode, height, limits, type Height, type Money } from "@amigos/core";
import { AMI, ami } from "@amigos/core/testing";
import { OUTSTANDING_HEIGHTS_MAX } from "../bounds.ts";
import { countOutstanding, currentOutstanding, offlineLimitOf, outstandingAfter } from "./outstanding.ts";
import type { OutstandingRow } from "./session-state.ts";

const EUR = assetCode("EUR");
const euros = (whole: number): Money => ({ asset: EUR, amount: ami(whole).amount });

function rowsOf(...spends: readonly (readonly [number, Money])[]): OutstandingRow[] {
  const rows: OutstandingRow[] = [];
  for (const [at, money] of spends) countOutstanding(rows, height(at), money);
  return rows;
}

const lines = (rows: readonly OutstandingRow[]): readonly string[] =>
  rows.map((row) => `${row.height} ${row.amount / 100n} ${row.asset}`);

describe("outstanding spends", () => {
  it("[LIM7] are one row for each height and asset, in order of heights and then codes", () => {
    const rows = rowsOf(
      [1, euros(1)],
      [1, ami(2)],
      [1, euros(3)],
      [2, euros(5)],
      [2, ami(4)],
      [2, ami(1)],
      [2, euros(1)],
    );
    expect(lines(rows)).toEqual(["1 2 AMI", "1 4 EUR", "2 5 AMI", "2 6 EUR"]);
  });

  it("[LIM6] are what was accepted of an asset above a height", () => {
    const outstanding = rowsOf([1, ami(1)], [2, euros(10)], [3, ami(4)], [3, euros(20)]);
    const after = (from: number, asset = AMI) => outstandingAfter({ outstanding }, asset, height(from)) / 100n;
    expect([after(0), after(1), after(2), after(3)]).toEqual([5n, 4n, 4n, 0n]);
    expect([after(0, EUR), after(2, EUR), after(3, EUR)]).toEqual([30n, 20n, 0n]);
  });

  it("[LIM7] a sum above the largest amount is the largest amount, for the same money can go round", () => {
    const all: Money = { asset: AMI, amount: limits.AMOUNT_MAX as Money["amount"] };
    const outstanding = rowsOf([1, all], [1, ami(1)], [2, all]);
    expect(outstanding.map(({ amount }) => amount)).toEqual([limits.AMOUNT_MAX, limits.AMOUNT_MAX]);
    expect(outstandingAfter({ outstanding }, AMI, height(0))).toBe(limits.AMOUNT_MAX);
    const heights = rowsOf(...Array.from({ length: 34 }, (_unused, index) => [index + 1, all] as const));
    expect(currentOutstanding(heights, height(0)).every(({ amount }) => amount === limits.AMOUNT_MAX)).toBe(true);
  });

  it("[LIM6] a session has one limit for an asset or none", () => {
    const terms = { offlineLimits: [ami(5), euros(7)] };
    expect([
      offlineLimitOf(terms, AMI),
      offlineLimitOf(terms, EUR),
      offlineLimitOf({ offlineLimits: [] }, AMI),
    ]).toEqual([500n, 700n, undefined]);
  });

  it("[LIM7] are dropped when no later entry of the log can ask about them", () => {
    const rows = rowsOf([1, ami(1)], [2, ami(2)], [3, ami(3)]);
    expect(lines(currentOutstanding(rows, height(0)))).toEqual(lines(rows));
    expect(lines(currentOutstanding(rows, height(2)))).toEqual(["3 3 AMI"]);
    expect(currentOutstanding(rows, height(3))).toEqual([]);
  });

  it("[LIM7] of more than 32 heights the lowest fall together with the next, until there are 32", () => {
    const spends = Array.from(
      { length: 34 },
      (_unused, index) => [index + 1, index === 1 ? euros(7) : ami(1)] as const,
    );
    const rows = rowsOf(...spends, [3, euros(2)]);
    const full = currentOutstanding(
      rows.filter((row) => row.height <= 32),
      0 as Height,
    );
    expect(new Set(full.map((row) => row.height)).size).toBe(OUTSTANDING_HEIGHTS_MAX);
    expect(lines(full).slice(0, 2)).toEqual(["1 1 AMI", "2 7 EUR"]);
    const current = currentOutstanding(rows, 0 as Height);
    expect(new Set(current.map((row) => row.height)).size).toBe(OUTSTANDING_HEIGHTS_MAX);
    expect(lines(current).slice(0, 3), "1 and 2 count as if they were as new as 3").toEqual([
      "3 2 AMI",
      "3 9 EUR",
      "4 1 AMI",
    ]);
    expect(outstandingAfter({ outstanding: current }, AMI, 0 as Height)).toBe(3300n);
  });
});
