/** A battery that dies in the middle of a payment, and a phone that sleeps while the ledger goes on. */
import { chanceOf, type StepOf } from "./story.ts";

export type KilledPhoneSays = "away" | "died" | "started" | "asleep" | "settled" | "awake" | "everybody";

/** Its place in the log is on the disk by then, and the payment itself is not. */
const WRITES_OF_PLACE = 1;

export function killedPhone(seed: number): readonly StepOf<KilledPhoneSays>[] {
  const chance = chanceOf("killed-phone", seed);
  const first = chance.cents("first", 10_00, 30_00);
  const second = chance.cents("second", 5_00, 20_00);
  return [
    { says: "away", actions: [{ type: "partition", groups: [["alice", "bob"]] }] },
    {
      says: "died",
      first,
      actions: [{ type: "die", payer: "alice", payee: "bob", cents: first, writes: WRITES_OF_PLACE }],
    },
    { says: "started", first, actions: [{ type: "power", phone: "alice", isOn: true }] },
    { says: "asleep", actions: [{ type: "power", phone: "bob", isOn: false }] },
    {
      says: "settled",
      first: second,
      actions: [
        { type: "partition", groups: [["alice", "carol", "hub"]] },
        { type: "pay", payer: "carol", payee: "bob", cents: second },
      ],
    },
    {
      says: "awake",
      actions: [
        { type: "power", phone: "bob", isOn: true },
        { type: "link", a: "bob", b: "hub", isUp: true },
      ],
    },
    { says: "everybody", actions: [{ type: "partition", groups: [["alice", "bob", "carol", "hub"]] }] },
  ];
}
