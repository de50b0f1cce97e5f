import { oneEach, type Adversary } from "./adversary.ts";
import { begins, goOnASpree, spendable } from "./spree.ts";

/**
 * Grants itself several sessions and spends the one balance with each, in other places. Nothing is signed twice, so there is
 * never a proof: what is to be had is what the sessions may send together beyond the balance. Only a float, which the
 * ledger gives to one session alone, is out of its reach.
 */
export const overspender: Adversary = {
  name: "overspender",
  what: "spends one balance from several phones, each with a session of its own, and signs no place twice",
  accounts: oneEach,
  phonesPerAccount: ({ copies }) => copies,
  isProvable: false,
  lossMax: (settings) => {
    const { cheats, copies, balance, cheatAmount } = settings;
    const sent = copies * spendable(settings);
    // While the balance covers all of it nothing is rejected; after that, what is honoured comes within a payment of it.
    return sent <= balance ? 0 : cheats * Math.min(sent, sent - balance + cheatAmount);
  },
  join: (world) => {
    for (const phone of world.cheatDevices()) world.agenda.at(begins(world), () => goOnASpree(world, phone));
  },
};
