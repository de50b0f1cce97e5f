import { expect, test } from "vitest";
import type { AccountId, PublicKey } from "@amigos/core";
import type { RecoveredAccount } from "@amigos/engine";
import { endOf, type RecoveryEnd } from "./recovering.ts";

const BOB = "0b".repeat(32) as AccountId;
const CAROL = "0c".repeat(32) as AccountId;
const AGREED: RecoveredAccount = {
  masterKey: "0a".repeat(32) as PublicKey,
  ways: { guardians: { accounts: [BOB, CAROL], threshold: 2, delayMs: 86_400_000 } },
  round: 3,
};
const OTHER_KEY = "0d".repeat(32) as PublicKey;
const OTHER_WAYS: RecoveredAccount["ways"] = {
  guardians: { accounts: [BOB], threshold: 1, delayMs: 86_400_000 },
};

interface Case {
  readonly name: string;
  readonly now: Partial<RecoveredAccount>;
  readonly end: RecoveryEnd;
}

test.each<Case>([
  { name: "a veto, and nothing else", now: { round: 4 }, end: "stopped" },
  { name: "other guardians", now: { round: 4, ways: OTHER_WAYS }, end: "other-ways" },
  { name: "no way any more", now: { round: 5, ways: undefined }, end: "other-ways" },
  { name: "somebody else got it", now: { round: 4, masterKey: OTHER_KEY }, end: "other-keys" },
  {
    name: "others keys, then other ways",
    now: { round: 5, masterKey: OTHER_KEY, ways: OTHER_WAYS },
    end: "other-keys",
  },
  { name: "what was taken by hand and the ledger refused", now: {}, end: "not-held" },
])("nobody agrees any more: $name", ({ now, end }) => {
  expect(endOf(AGREED, { approvals: [], isWon: false, account: { ...AGREED, ...now } })).toBe(end);
});

test("what somebody agrees to, or what was won, has not ended", () => {
  expect(endOf(AGREED, { approvals: [BOB], isWon: false, account: AGREED })).toBeUndefined();
  const won = { ...AGREED, masterKey: OTHER_KEY, round: 4 };
  expect(endOf(AGREED, { approvals: [], isWon: true, account: won })).toBeUndefined();
});
