/** Clocks that are wrong, ahead and behind: what waits, what does not, and that nobody gains by it. */
import { chanceOf, type StepOf } from "./story.ts";

export type WrongClockSays = "ahead" | "waiting" | "meanwhile" | "behind" | "backdated" | "later" | "right";

const HOUR_MS = 3_600_000;
const AHEAD_MS: number = 3 * HOUR_MS;
const BEHIND_MS: number = -2 * HOUR_MS;

export function wrongClock(seed: number): readonly StepOf<WrongClockSays>[] {
  const chance = chanceOf("wrong-clock", seed);
  const first = chance.cents("first", 10_00, 40_00);
  const second = chance.cents("second", 10_00, 40_00);
  const third = chance.cents("third", 10_00, 40_00);
  return [
    { says: "ahead", actions: [{ type: "shift", phone: "carol", ms: AHEAD_MS }] },
    { says: "waiting", first, actions: [{ type: "pay", payer: "carol", payee: "alice", cents: first }] },
    { says: "meanwhile", first: second, actions: [{ type: "pay", payer: "alice", payee: "bob", cents: second }] },
    { says: "behind", actions: [{ type: "shift", phone: "bob", ms: BEHIND_MS }] },
    { says: "backdated", first: third, actions: [{ type: "pay", payer: "bob", payee: "carol", cents: third }] },
    { says: "later", first, actions: [{ type: "pass", ms: AHEAD_MS }] },
    {
      says: "right",
      actions: [
        { type: "shift", phone: "carol", ms: 0 },
        { type: "shift", phone: "bob", ms: 0 },
      ],
    },
  ];
}
