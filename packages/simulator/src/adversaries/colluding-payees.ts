import type { Adversary } from "./adversary.ts";
import { begins, spendable } from "./spree.ts";

/**
 * A payer and `copies` payees who each take one branch, in as many places: the first one knows nothing of it and gives goods,
 * the others are the payer's own and hand the ledger rival branches as fast as they can, so that the honest one loses its lot.
 */
export const colludingPayees: Adversary = {
  name: "colluding-payees",
  what: "pays a stranger, and at the same place of its log pays friends, who hurry to the ledger",
  accounts: ({ cheats, copies }) => cheats * copies,
  isProvable: true,
  lossMax: (settings) => settings.cheats * spendable(settings),
  join: (world) => {
    const { copies } = world.settings;
    const devices = world.cheatDevices();
    for (let first = 0; first < devices.length; first += copies) {
      const [payer, ...friends] = devices.slice(first, first + copies);
      if (payer === undefined) continue;
      world.agenda.at(begins(world), async () => {
        const prng = world.chance(`collude/${payer.name}`);
        const backup = payer.copy(`${payer.name}-backup`);
        const stranger = world.commerce.someoneToPay(payer, prng);
        if (stranger !== undefined) await world.commerce.pay(payer, stranger, world.settings.cheatAmount);
        for (const friend of friends) {
          payer.restore(backup);
          await world.commerce.pay(payer, friend, world.settings.cheatAmount);
          world.hurryToLedger(friend);
        }
      });
    }
  },
};
