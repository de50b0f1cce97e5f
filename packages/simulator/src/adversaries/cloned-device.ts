import { oneEach, type Adversary } from "./adversary.ts";
import { begins, goOnASpree, unhonoured } from "./spree.ts";

/** Copies its phone, key and all, and every copy spends the same money to others, in other places. */
export const clonedDevice: Adversary = {
  name: "cloned-device",
  what: "copies its phone, and every copy spends the same money in another place",
  accounts: oneEach,
  isProvable: true,
  lossMax: unhonoured,
  join: (world) => {
    for (const cheat of world.cheatDevices()) {
      world.agenda.at(begins(world), () => {
        const prng = world.chance(`clone/${cheat.name}`);
        const phones = [cheat];
        for (let copy = 1; copy < world.settings.copies; copy++)
          phones.push(world.copy(cheat, `${cheat.name}-copy${copy}`, prng.integer(world.places.length)));
        for (const phone of phones) goOnASpree(world, phone);
      });
    }
  },
};
