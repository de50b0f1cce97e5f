import { expect, test } from "vitest";
import { drillPlaces } from "./backup.ts";

test("the drill asks for three words, one of each third", () => {
  expect(drillPlaces(12, () => 0)).toEqual([0, 4, 8]);
  expect(drillPlaces(12, (below) => below - 1)).toEqual([3, 7, 11]);
});
