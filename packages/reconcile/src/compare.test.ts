import { describe, expect, it } from "vitest";
import { byText, compareText } from "./compare.ts";

describe("orders", () => {
  it("[REC1] texts stand in the order of their code units, which no locale changes", () => {
    expect([compareText("a", "b"), compareText("b", "a"), compareText("a", "a")]).toEqual([-1, 1, 0]);
    const names = ["ärger", "bob", "Zoe", "alice"].map((name) => ({ name }));
    expect(names.toSorted(byText(({ name }) => name)).map(({ name }) => name)).toEqual([
      "Zoe",
      "alice",
      "bob",
      "ärger",
    ]);
  });
});
