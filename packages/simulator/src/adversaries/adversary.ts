/** A kind of cheat: how it joins a world, and what the protocol promises about it. A new one is one file. */
import type { Settings } from "../settings.ts";
import type { World } from "../world/world.ts";

export interface Adversary {
  readonly name: Settings["adversary"];
  /** What it does, in a sentence. */
  readonly what: string;
  /** Accounts that it brings along; their people are the world's last. */
  readonly accounts: (settings: Settings) => number;
  /** Phones of each of them that share its money, each with a session of its own. Left out: one. */
  readonly phonesPerAccount?: (settings: Settings) => number;
  /** Plans what it does. Nothing has happened yet, and everybody is at home. */
  readonly join: (world: World) => void;
  /** Whether whoever is cheated has proof in the end: an equivocation, an attestation twice. */
  readonly isProvable: boolean;
  /**
   * The most that all payees together may lose to these cheats, in cents, or `undefined` where the settings bound nothing.
   * A checker holds every run to it.
   */
  readonly lossMax: (settings: Settings) => number | undefined;
}

/** How many of the cheats' accounts there are, one for each. */
export function oneEach({ cheats }: Settings): number {
  return cheats;
}
