import { expect, test } from "vitest";
import { amount, sequence, type SessionId, type EntryId } from "@amigos/core";
import type { ConflictSide, ConflictView } from "@amigos/engine";
import { ALICE, AMI, BOB, CAROL, viewWith } from "../../test/harness/scenes.ts";
import { accountToShortText } from "../format/identity.ts";
import { conflictSentence } from "./conflict-sentence.ts";

const view = viewWith({ account: ALICE });

function side(
  to: typeof ALICE,
  outcome: ConflictSide["outcome"],
  finality: ConflictSide["finality"] = "settled",
): ConflictSide {
  return {
    entry: "0e".repeat(32) as EntryId,
    type: "pay",
    to,
    asset: AMI.code,
    amount: amount(4000n),
    outcome,
    finality,
  };
}

function say(
  sides: ConflictView["sides"],
  { isOwn = false, device }: { readonly isOwn?: boolean; readonly device?: string } = {},
): string {
  const conflict: ConflictView = {
    account: isOwn ? ALICE : CAROL,
    session: "05".repeat(32) as SessionId,
    sequence: sequence(3),
    ...(device === undefined ? {} : { device }),
    isOwn,
    sides,
    proof: new Uint8Array(1),
  };
  return conflictSentence(conflict, view)
    .replaceAll("\u00a0", " ")
    .replaceAll(accountToShortText(BOB), "bob")
    .replaceAll(accountToShortText(CAROL), "carol");
}

test.each([
  [
    "undecided",
    [side(ALICE, "accepted", "signed"), side(BOB, "accepted", "signed")],
    "The ledger has not decided yet.",
  ],
  ["both kept", [side(ALICE, "accepted"), side(BOB, "accepted")], "The ledger kept both."],
  ["one kept", [side(ALICE, "accepted"), side(BOB, "rejected")], "The ledger kept 40.00 AMI to you."],
  ["none kept", [side(ALICE, "rejected"), side(BOB, "rejected")], "The ledger kept neither."],
] as const)("somebody signed twice, %s", (_what, sides, outcome) => {
  expect(say(sides)).toBe(
    `carol signed two payments with one number: 40.00 AMI to you and 40.00 AMI to bob. ${outcome} The session that signed them is frozen.`,
  );
});

test("the payer's device is named, with its account beside it", () => {
  expect(say([side(ALICE, "accepted"), side(BOB, "rejected")], { device: "Carol’s phone" })).toContain(
    "“Carol’s phone” (carol) signed two payments with one number",
  );
});

test("this device's own key signed twice: it says that somebody may have a copy", () => {
  expect(say([side(BOB, "accepted"), side(CAROL, "rejected")], { isOwn: true })).toBe(
    "This device’s key signed two payments with one number: 40.00 AMI to bob and 40.00 AMI to carol. " +
      "Unless you did that, somebody has a copy of this device’s key. The ledger kept 40.00 AMI to bob. This device may not pay any more.",
  );
});

test("a side that set money aside names nobody who is paid", () => {
  const aside: ConflictSide = { ...side(BOB, "rejected"), type: "float" };
  expect(say([side(ALICE, "accepted"), aside])).toContain("40.00 AMI to you and 40.00 AMI set aside.");
});
