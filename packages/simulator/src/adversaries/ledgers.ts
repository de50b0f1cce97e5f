/** Ledgers that cheat: one that leaves somebody out, and one with two faces. */
import type { Adversary } from "./adversary.ts";
import { begins } from "./spree.ts";

/** Takes in nothing that some people sign, from its start until everybody meets. */
export const censoringLedger: Adversary = {
  name: "censoring-ledger",
  what: "leaves out whatever some people sign",
  accounts: () => 0,
  isProvable: false,
  // What is left out is not lost: it stays signed, and another ledger, or a better day, settles it.
  lossMax: () => 0,
  join: (world) => {
    const victims = new Set(world.population.people.slice(0, world.settings.cheats).map(({ account }) => account));
    world.agenda.at(begins(world), () => {
      world.note("the ledger leaves some people out");
      world.takesIn = ({ entry }) => !victims.has(entry.account);
    });
  },
};

/** Signs a second checkpoint of one height and gives it to half of the phones. */
export const twoFacedLedger: Adversary = {
  name: "two-faced-ledger",
  what: "signs two checkpoints of one height, one for each half of the people",
  accounts: () => 0,
  isProvable: true,
  lossMax: () => undefined,
  join: (world) => {
    world.agenda.at(begins(world), () => world.splitLedger());
  },
};
