import { generation, sequence, signControlEntry, type ControlEntry } from "@amigos/core";
import { accountOf } from "@amigos/reconcile";
import type { Device } from "../world/device.ts";
import { masterOf } from "../world/population.ts";
import type { World } from "../world/world.ts";
import type { Adversary } from "./adversary.ts";
import { begins, goOnASpree, spendable } from "./spree.ts";

const HOUR_MS = 3_600_000;
/** Until somebody notices that the phone is gone, on average. */
const NOTICE_MS = 3 * HOUR_MS;

/** Steals phones of people who then pull the kill switch from another device: nothing is copied, and no place is signed twice. */
export const thief: Adversary = {
  name: "thief",
  what: "steals unlocked phones and spends; the owners notice later and pull the kill switch",
  accounts: () => 0,
  isProvable: false,
  // What is paid before the switch is pulled is the owner's loss; what payees take after it is theirs.
  lossMax: (settings) => settings.cheats * spendable(settings),
  join: (world) => {
    for (const phone of world.devices.filter(({ isHonest }) => isHonest).slice(0, world.settings.cheats)) {
      world.agenda.at(begins(world), () => {
        world.note(`${phone.name} is stolen`);
        phone.isHonest = false;
        goOnASpree(world, phone);
        const noticed = world.chance(`theft/${phone.name}`).interval(NOTICE_MS);
        world.agenda.after(noticed, () => pullKillSwitch(world, phone));
      });
    }
  },
};

/** By the master key, which was never on the stolen phone; from a place where the ledger is. */
async function pullKillSwitch(world: World, { owner }: Device): Promise<void> {
  const { network } = world.population;
  const account = accountOf(world.ledger.settled, owner.account);
  const first = world.personOf(owner.account);
  if (account === undefined || first === undefined) return;
  const entry: ControlEntry = {
    version: 1,
    network: network.id,
    account: owner.account,
    sequence: sequence(account.control.nextSequence),
    previous: account.control.head,
    operation: { type: "kill-switch", generation: generation(account.generation + 1) },
  };
  world.submitControl(await signControlEntry(entry, world.mint.signer(masterOf(first.name))));
  world.note(`${owner.name} pulls the kill switch`);
}
