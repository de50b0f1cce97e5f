import { expect, test } from "vitest";
import { languageFor } from "./language.ts";

test.each([
  ["what was chosen comes first", "ar", ["de"], "ar"],
  ["then what the browser prefers, whatever the region", null, ["fr-CH", "de-CH", "en"], "de"],
  ["a language that is gone is passed over", "tlh", ["ar-EG"], "ar"],
  ["English where none is spoken", null, ["fr"], "en"],
  ["English where nothing is said", null, [], "en"],
] as const)("%s", (_what, chosen, preferred, expected) => {
  expect(languageFor(chosen, preferred)).toBe(expected);
});
