import type { Adversary } from "./adversary.ts";
import { begins, spendable } from "./spree.ts";

/** Variants of the rival payment that are tried before one is signed. */
const TRIES = 256;

/**
 * Pays a stranger, and signs a rival payment to itself whose id it chose out of many, hoping that lots are drawn by ids. They
 * are drawn by what the checkpoint decides, which it cannot know.
 */
export const hashGrinder: Adversary = {
  name: "hash-grinder",
  what: "signs a rival payment to itself with the lowest id out of many, hoping to be drawn first",
  accounts: ({ cheats }) => 2 * cheats,
  isProvable: true,
  lossMax: (settings) => settings.cheats * spendable(settings),
  join: (world) => {
    const devices = world.cheatDevices();
    for (let first = 0; first < devices.length; first += 2) {
      const [payer, friend] = devices.slice(first, first + 2);
      if (payer === undefined || friend === undefined) continue;
      world.agenda.at(begins(world), async () => {
        const prng = world.chance(`grind/${payer.name}`);
        const backup = payer.copy(`${payer.name}-backup`);
        const stranger = world.commerce.someoneToPay(payer, prng);
        if (stranger !== undefined) await world.commerce.pay(payer, stranger, world.settings.cheatAmount);
        payer.restore(backup);
        await world.commerce.payGround(payer, friend, world.settings.cheatAmount, TRIES);
        world.hurryToLedger(friend);
      });
    }
  },
};
