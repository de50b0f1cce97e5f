/** Chance that can be had again, and is chance. */
import { describe, expect, it } from "vitest";
import { createPrng } from "../src/chance/prng.ts";
import { intervalOf } from "../src/results/interval.ts";
import { quantilesOf } from "../src/outcomes/quantiles.ts";

const DRAWS = 20_000;

describe("a source of chance", () => {
  it("draws the same for the same seed on every runtime", () => {
    const prng = createPrng("village");
    expect(Array.from({ length: 6 }, () => prng.integer(1000))).toEqual([248, 922, 356, 349, 837, 75]);
    expect(Array.from({ length: 4 }, () => prng.interval(1000))).toEqual([415, 2139, 875, 1252]);
  });

  it("draws intervals with the mean that was asked for, and as many above it as an exponential has", () => {
    const prng = createPrng("intervals");
    const intervals = Array.from({ length: DRAWS }, () => prng.interval(1_000_000));
    const mean = intervals.reduce((sum, interval) => sum + interval, 0) / DRAWS;
    expect(Math.abs(mean / 1_000_000 - 1)).toBeLessThan(0.03);
    const above = intervals.filter((interval) => interval > 1_000_000).length / DRAWS;
    expect(Math.abs(above - Math.exp(-1))).toBeLessThan(0.015);
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1);
  });

  it("draws small amounts more often, and none beyond its bounds", () => {
    const prng = createPrng("amounts");
    const amounts = Array.from({ length: DRAWS }, () => prng.skewed(5, 104));
    expect([Math.min(...amounts), Math.max(...amounts)]).toEqual([5, 104]);
    const low = amounts.filter((amount) => amount < 25).length / DRAWS;
    expect(Math.abs(low - 0.52)).toBeLessThan(0.03);
  });
});

describe("figures", () => {
  it("quantiles are of the nearest rank, and of nothing they are zero", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantilesOf(values)).toEqual({ count: 100, mean: 50.5, p50: 50, p90: 90, p99: 99, max: 100 });
    expect(quantilesOf([])).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
  });

  it("an interval holds the mean, is narrower with more values, and repeats", () => {
    const few = intervalOf([1, 2, 3, 4]);
    const many = intervalOf(Array.from({ length: 400 }, (_, index) => 1 + (index % 4)));
    expect(few.mean).toBe(2.5);
    expect(few.low).toBeLessThan(2.5);
    expect(few.high).toBeGreaterThan(2.5);
    expect(many.high - many.low).toBeLessThan((few.high - few.low) / 5);
    expect(intervalOf([1, 2, 3, 4])).toEqual(few);
    expect(intervalOf([7])).toEqual({ count: 1, mean: 7, low: 7, high: 7, max: 7 });
  });
});
