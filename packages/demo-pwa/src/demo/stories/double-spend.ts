/** A copied phone: two signatures for one number, in two places that do not reach each other. */
import { chanceOf, type StepOf } from "./story.ts";

export type DoubleSpendSays = "copied" | "parted" | "paid" | "limited" | "paidTwice" | "settled" | "proven" | "frozen";

export function doubleSpend(seed: number): readonly StepOf<DoubleSpendSays>[] {
  const chance = chanceOf("double-spend", seed);
  // Together more than a phone may send in a day, so that the ledger cannot honour both.
  const first = chance.cents("first", 26_00, 44_00);
  const second = chance.cents("second", 26_00, 44_00);
  const third = chance.cents("third", 25_00, 35_00);
  const [one, other] = chance.isHeads("order") ? (["bob", "carol"] as const) : (["carol", "bob"] as const);
  return [
    { says: "copied", actions: [{ type: "copy", of: "alice" }] },
    {
      says: "parted",
      actions: [
        {
          type: "partition",
          groups: [
            ["alice", "bob"],
            ["copy", "carol"],
          ],
        },
      ],
    },
    { says: "paid", first, actions: [{ type: "pay", payer: "alice", payee: "bob", cents: first }] },
    { says: "limited", third, actions: [{ type: "pay", payer: "alice", payee: "bob", cents: third }] },
    { says: "paidTwice", second, actions: [{ type: "pay", payer: "copy", payee: "carol", cents: second }] },
    { says: "settled", one, actions: [{ type: "link", a: one, b: "hub", isUp: true }] },
    { says: "proven", one: other, actions: [{ type: "link", a: other, b: "hub", isUp: true }] },
    {
      says: "frozen",
      one: other,
      actions: [
        { type: "partition", groups: [["alice", "copy", "bob", "carol", "hub"]] },
        { type: "pay", payer: "copy", payee: one, cents: 1_00 },
      ],
    },
  ];
}
