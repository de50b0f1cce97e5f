import { oneEach, type Adversary } from "./adversary.ts";
import { begins, goOnASpree, unhonoured } from "./spree.ts";

/** Spends, puts its phone back to what it was before, and spends again: one phone, in one place after the other. */
export const rollback: Adversary = {
  name: "rollback",
  what: "spends until nothing is left, puts its phone back to an old backup, and spends again",
  accounts: oneEach,
  isProvable: true,
  lossMax: unhonoured,
  join: (world) => {
    for (const cheat of world.cheatDevices()) {
      world.agenda.at(begins(world), () => {
        const backup = cheat.copy(`${cheat.name}-backup`);
        let restores = 1;
        const onRefused = (): void => {
          if (restores >= world.settings.copies) return;
          restores += 1;
          cheat.restore(backup);
          world.note(`${cheat.name} goes back to its backup`);
        };
        goOnASpree(world, cheat, { onRefused });
      });
    }
  },
};
