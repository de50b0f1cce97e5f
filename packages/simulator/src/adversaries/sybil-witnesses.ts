import type { Adversary } from "./adversary.ts";
import { begins, goOnASpree, unhonoured } from "./spree.ts";

/** Accounts for each cheat that pose as witnesses: many names, one person, and what they have staked is what counts. */
const SYBILS = 5;

export const sybilWitnesses: Adversary = {
  name: "sybil-witnesses",
  what: "a copied phone goes about with a crowd of witnesses who are all the same person",
  accounts: ({ cheats }) => (1 + SYBILS) * cheats,
  isProvable: true,
  lossMax: unhonoured,
  join: (world) => {
    const devices = world.cheatDevices();
    for (let first = 0; first + SYBILS < devices.length; first += 1 + SYBILS) {
      const [payer, ...crowd] = devices.slice(first, first + 1 + SYBILS);
      if (payer === undefined) continue;
      world.agenda.at(begins(world), () => {
        const prng = world.chance(`sybil/${payer.name}`);
        for (const witness of crowd) world.commerce.witnesses.add(witness, { isHonest: false });
        for (let copy = 1; copy < world.settings.copies; copy++) {
          const phone = world.copy(payer, `${payer.name}-copy${copy}`, prng.integer(world.places.length));
          goOnASpree(world, phone, { companions: crowd });
        }
        goOnASpree(world, payer, { companions: crowd });
      });
    }
  },
};
