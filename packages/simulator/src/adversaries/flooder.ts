import { oneEach, type Adversary } from "./adversary.ts";
import { begins } from "./spree.ts";

const MINUTE_MS = 60_000;
/** Payments of one cent, as many as a phone lets one log leave undecided and then some. */
const PAYMENTS = 400;

/** Pays as little as can be, as often as can be, to whoever is near, to fill phones and checkpoints. */
export const flooder: Adversary = {
  name: "flooder",
  what: "pays one cent hundreds of times to fill other people's phones and the ledger's checkpoints",
  accounts: oneEach,
  isProvable: false,
  lossMax: () => 0,
  join: (world) => {
    for (const cheat of world.cheatDevices()) {
      const prng = world.chance(`flood/${cheat.name}`);
      for (let count = 0; count < PAYMENTS; count++)
        world.agenda.at(begins(world) + count * MINUTE_MS, async () => {
          const payee = world.commerce.someoneToPay(cheat, prng);
          if (payee !== undefined) await world.commerce.pay(cheat, payee, 1);
        });
    }
  },
};
