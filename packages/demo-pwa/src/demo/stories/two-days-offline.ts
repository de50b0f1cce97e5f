/** Two days without the hub: payments in a valley, over two daily limits, and a walk home one after the other. */
import { chanceOf, type StepOf } from "./story.ts";

export type TwoDaysSays =
  | "away"
  | "paid"
  | "paidOn"
  | "night"
  | "newDay"
  | "alone"
  | "secondNight"
  | "back"
  | "everybody";

const DAY_MS = 86_400_000;

export function twoDaysOffline(seed: number): readonly StepOf<TwoDaysSays>[] {
  const chance = chanceOf("two-days-offline", seed);
  const first = chance.cents("first", 26_00, 45_00);
  const second = chance.cents("second", 10_00, 30_00);
  const third = chance.cents("third", 26_00, 45_00);
  const fourth = chance.cents("fourth", 5_00, 20_00);
  return [
    { says: "away", actions: [{ type: "partition", groups: [["alice", "bob", "carol"]] }] },
    { says: "paid", first, actions: [{ type: "pay", payer: "alice", payee: "bob", cents: first }] },
    { says: "paidOn", first: second, actions: [{ type: "pay", payer: "bob", payee: "carol", cents: second }] },
    { says: "night", actions: [{ type: "pass", ms: DAY_MS }] },
    { says: "newDay", first: third, actions: [{ type: "pay", payer: "alice", payee: "carol", cents: third }] },
    {
      says: "alone",
      first: fourth,
      actions: [
        { type: "partition", groups: [["alice", "bob"]] },
        { type: "pay", payer: "bob", payee: "alice", cents: fourth },
      ],
    },
    { says: "secondNight", actions: [{ type: "pass", ms: DAY_MS }] },
    { says: "back", actions: [{ type: "link", a: "carol", b: "hub", isUp: true }] },
    { says: "everybody", actions: [{ type: "partition", groups: [["alice", "bob", "carol", "hub"]] }] },
  ];
}
