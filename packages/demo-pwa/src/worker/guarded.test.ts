import { expect, test } from "vitest";
import type { AccountId } from "@amigos/core";
import { guardedShown, UNNAMED_SHOWN_MAX } from "./guarded.ts";

const account = (number: number): AccountId => number.toString(16).padStart(64, "0") as AccountId;
const accounts = (count: number): readonly AccountId[] => Array.from({ length: count }, (_, index) => account(index));

test("a few are shown all, those with a name first", () => {
  expect(guardedShown(accounts(3), (id) => id === account(2))).toEqual({
    accounts: [account(2), account(0), account(1)],
    more: 0,
  });
  expect(guardedShown([], () => true)).toEqual({ accounts: [], more: 0 });
});

test("whoever names this account ten thousand times hides nobody who has a name, and what is left out is counted", () => {
  const bob = account(9_999);
  const shown = guardedShown(accounts(10_000), (id) => id === bob);
  expect(shown.accounts).toHaveLength(1 + UNNAMED_SHOWN_MAX);
  expect(shown.accounts[0]).toBe(bob);
  expect(shown.more).toBe(10_000 - 1 - UNNAMED_SHOWN_MAX);
});
