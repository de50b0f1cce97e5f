/** Whatever people do to the world in whatever order, it comes to rest, and all agree once they have met. */
import "@automerge/automerge";
import { expect, test } from "vitest";
import { PEOPLE, type Action, type PartyId, type PhoneId } from "./action.ts";
import { createDraw } from "./chance.ts";
import { BALANCE_CENTS, World } from "./world.ts";
import { doAllAgree } from "./world-view.ts";

const SEEDS = 6;
const ACTIONS = 30;
const HOUR_MS = 3_600_000;
const PHONES: readonly PhoneId[] = [...PEOPLE, "copy"];
const PARTIES: readonly PartyId[] = [...PHONES, "hub"];
/** Right, ahead and behind, as the page offers it. */
const SHIFTS: readonly number[] = [0, 3 * HOUR_MS, -2 * HOUR_MS];

function actionsOf(seed: number): readonly Action[] {
  const draw = createDraw(`world-at-random/${seed}`);
  return Array.from({ length: ACTIONS }, (_, index): Action => {
    const pick = <Value>(purpose: string, values: readonly Value[]): Value =>
      values[draw(`${index}/${purpose}`, values.length)] as Value;
    const payer = pick("payer", PHONES);
    const payee = pick(
      "payee",
      PEOPLE.filter((person) => person !== payer),
    );
    const cents = 1 + draw(`${index}/cents`, 30_00);
    switch (pick("kind", ["pay", "pay", "pay", "link", "link", "part", "copy", "power", "shift", "pass", "die"])) {
      case "pay":
        return { type: "pay", payer, payee, cents };
      case "die":
        return { type: "die", payer, payee, cents, writes: draw(`${index}/writes`, 4) };
      case "link":
        return { type: "link", a: payer, b: pick("other", PARTIES), isUp: pick("up", [true, false]) };
      case "part":
        return {
          type: "partition",
          groups: [0, 1].map((group) => PARTIES.filter((party) => draw(`${index}/${party}`, 2) === group)),
        };
      case "copy":
        return { type: "copy", of: pick("of", PEOPLE) };
      case "power":
        return { type: "power", phone: payer, isOn: pick("on", [true, true, false]) };
      case "shift":
        return { type: "shift", phone: payer, ms: pick("shift", SHIFTS) };
      default:
        return { type: "pass", ms: pick("pass", [HOUR_MS, 24 * HOUR_MS]) };
    }
  });
}

const HEALED: readonly Action[] = [
  ...PHONES.map((phone): Action => ({ type: "power", phone, isOn: true })),
  ...PHONES.map((phone): Action => ({ type: "shift", phone, ms: 0 })),
  { type: "partition", groups: [PARTIES] },
  { type: "pass", ms: 24 * HOUR_MS },
  { type: "pass", ms: HOUR_MS },
];

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))("anything happens, seed %i", async (seed) => {
  const world = await World.open({ seed, publish: () => undefined });
  for (const action of [...actionsOf(seed), ...HEALED]) await world.act(action);
  const { view } = world;
  await world.close();
  expect(world.unmet).toEqual([]);
  expect(doAllAgree(view)).toBe(true);
  expect(view.hub.undecided).toBe(0);
  const people = view.phones.filter(({ id }) => id !== "copy");
  const total = people.reduce((sum, phone) => sum + (phone.view.balances[0]?.available ?? 0n), 0n);
  expect(total).toBe(3n * BALANCE_CENTS);
});
