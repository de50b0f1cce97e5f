import { expect, it } from "vitest";
import { timeMs } from "@amigos/core";
import { TokenBucket } from "./token-bucket.ts";

it("a token bucket gives its capacity at once, then one for each interval, and nothing for a clock set back", () => {
  let now = 1_000_000;
  const bucket = new TokenBucket({
    clock: { now: () => timeMs(now), after: () => () => undefined },
    capacity: 2,
    refillMs: 100,
  });
  const take = (times: number): readonly boolean[] => Array.from({ length: times }, () => bucket.take());
  expect(take(3)).toEqual([true, true, false]);
  now += 250;
  expect(take(3)).toEqual([true, true, false]);
  now += 50;
  expect(take(2)).toEqual([true, false]);
  now -= 10_000;
  expect(take(1)).toEqual([false]);
  now += 1_000_000;
  expect(take(3)).toEqual([true, true, false]);
});
