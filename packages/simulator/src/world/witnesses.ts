/** Phones that have staked and say which head of a log they saw first, for whoever is near. A liar says it of every head. */
import { sessionOf } from "@amigos/reconcile";
import type { VerifiedEntry } from "@amigos/core";
import type { Device } from "./device.ts";
import type { World } from "./world.ts";

interface Witness {
  readonly isHonest: boolean;
  /** Places about which it has said something. */
  readonly said: Set<string>;
}

export class Witnesses {
  readonly #world: World;
  readonly #witnesses = new Map<Device, Witness>();

  constructor(world: World) {
    this.#world = world;
  }

  add(device: Device, { isHonest }: { readonly isHonest: boolean } = { isHonest: true }): void {
    this.#witnesses.set(device, { isHonest, said: new Set() });
  }

  near(device: Device): readonly Device[] {
    const place = this.#world.presence.placeOf(device);
    if (place === undefined || this.#witnesses.size === 0) return [];
    return this.#world.presence.at(place).filter((other) => other !== device && this.#witnesses.has(other));
  }

  /** Lets every witness near `device` attest an entry, and hands it what they signed. Returns how many did. */
  async attest(entry: VerifiedEntry, device: Device): Promise<number> {
    let count = 0;
    for (const witness of this.near(device)) {
      const attestation = await this.#attestBy(witness, entry);
      if (attestation === undefined) continue;
      device.receive([attestation]);
      if (this.#world.isOnline(witness)) this.#world.submit(witness, attestation);
      count += 1;
    }
    return count;
  }

  async #attestBy(device: Device, { entry, link }: VerifiedEntry): Promise<VerifiedEntry | undefined> {
    const witness = this.#witnesses.get(device) as Witness;
    const { account, session, sequence } = entry;
    const place = `${session}/${sequence}`;
    const isForked = sessionOf(device.settled, account, session)?.frozenFrom !== undefined;
    const knowsBetter = device.pocket.evidenceOf(session) !== undefined || isForked || witness.said.has(place);
    if (witness.isHonest && knowsBetter) return undefined;
    witness.said.add(place);
    const prepared = device.prepare({ type: "attest", account, session, sequence, head: link }, this.#world.now);
    return prepared.type === "ready" ? device.sign(prepared.body) : undefined;
  }
}
