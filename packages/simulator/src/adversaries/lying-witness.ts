import type { Adversary } from "./adversary.ts";
import { begins, goOnASpree, unhonoured } from "./spree.ts";

/** A copied phone, and a witness of its own who attests every branch that it is shown. */
export const lyingWitness: Adversary = {
  name: "lying-witness",
  what: "a copied phone goes about with a witness who attests two heads for one place",
  accounts: ({ cheats }) => 2 * cheats,
  isProvable: true,
  lossMax: unhonoured,
  join: (world) => {
    const devices = world.cheatDevices();
    for (let first = 0; first + 1 < devices.length; first += 2) {
      const [payer, witness] = devices.slice(first, first + 2);
      if (payer === undefined || witness === undefined) continue;
      world.agenda.at(begins(world), () => {
        const prng = world.chance(`lie/${payer.name}`);
        world.commerce.witnesses.add(witness, { isHonest: false });
        for (let copy = 1; copy < world.settings.copies; copy++) {
          const phone = world.copy(payer, `${payer.name}-copy${copy}`, prng.integer(world.places.length));
          goOnASpree(world, phone, { companions: [witness] });
        }
        goOnASpree(world, payer, { companions: [witness] });
      });
    }
  },
};
