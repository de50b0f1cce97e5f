import { oneEach, type Adversary } from "./adversary.ts";
import { begins } from "./spree.ts";

/** Amounts above and below every limit that it tries with a wallet that does not look. */
const FACTORS = [1, 2, 3, 5, 8] as const;
const ROUND_MS = 30 * 60_000;

/** Signs what its limits forbid, with a wallet that asks no rule: each is rejected, and whoever looked was not fooled. */
export const limitProber: Adversary = {
  name: "limit-prober",
  what: "signs payments beyond its limits with a wallet that does not look, and shows them to whoever does",
  accounts: oneEach,
  isProvable: false,
  // A payee computes every limit, so nobody gives goods for it.
  lossMax: () => 0,
  join: (world) => {
    for (const cheat of world.cheatDevices()) {
      const prng = world.chance(`probe/${cheat.name}`);
      for (const [round, factor] of FACTORS.entries())
        world.agenda.at(begins(world) + round * ROUND_MS, async () => {
          const payee = world.commerce.someoneToPay(cheat, prng);
          const { perPaymentLimit, dailyLimit, balance } = world.settings;
          const most = perPaymentLimit > 0 ? perPaymentLimit : dailyLimit > 0 ? dailyLimit : balance;
          if (payee !== undefined) await world.commerce.payRecklessly(cheat, payee, most * factor + 1);
        });
    }
  },
};
