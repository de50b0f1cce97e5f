import { expect, test } from "vitest";
import { waitAfter } from "./tries.ts";

test("four wrong PINs cost nothing, each further one costs more, and never more than an hour", () => {
  const seconds = [0, 1, 4, 5, 6, 7, 8, 9, 10, 1_000].map((tries) => waitAfter(tries) / 1_000);
  expect(seconds).toEqual([0, 0, 0, 30, 60, 300, 900, 3_600, 3_600, 3_600]);
});
