import { expect, test } from "vitest";
import type { AccountId } from "@amigos/core";
import { accountToShortText, hexToGroups, idToTally, shorten } from "./identity.ts";

test("a short id keeps the kind and both ends", () => {
  expect(accountToShortText("00".repeat(32) as AccountId)).toMatch(/^amigo1[a-z0-9]{4}…[a-z0-9]{4}$/);
  expect(shorten("amigosession1qqqqxxxxxxxxzzzz")).toBe("amigosession1qqqq…zzzz");
});

test("a tally is made from the id alone and stays within its cuts", () => {
  expect(idToTally("0123456789abcdef")).toEqual({ profile: [0, 1, 2, 3, 0, 1, 2, 3], hue: 240 });
  expect(idToTally("f".repeat(64))).toEqual({ profile: [3, 3, 3, 3, 3, 3, 3, 3], hue: 90 });
});

test("a state root is shown in groups that can be read aloud", () => {
  expect(hexToGroups("a1b2c3d4e5f6", 8)).toBe("a1b2 c3d4");
});
