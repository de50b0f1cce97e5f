import { oneEach, type Adversary } from "./adversary.ts";
import { begins, spendable } from "./spree.ts";

const HOUR_MS = 3_600_000;
const ROUNDS = 12;

/** Turns its clock back and forth to find a day on which its daily limit is fresh. */
export const backdater: Adversary = {
  name: "backdater",
  what: "turns its clock back and forth to spend the limits of other days",
  accounts: oneEach,
  isProvable: false,
  // Nothing is signed twice, so no payee loses; what it spends stays within the limit of the days that have been.
  lossMax: () => 0,
  join: (world) => {
    for (const cheat of world.cheatDevices()) {
      const prng = world.chance(`backdate/${cheat.name}`);
      for (let round = 0; round < ROUNDS; round++)
        world.agenda.at(begins(world) + round * HOUR_MS, async () => {
          cheat.clockOffset = (prng.integer(97) - 48) * HOUR_MS;
          const payee = world.commerce.someoneToPay(cheat, prng);
          const most = Math.min(world.settings.cheatAmount, spendable(world.settings));
          if (payee !== undefined) await world.commerce.pay(cheat, payee, most);
        });
    }
  },
};
