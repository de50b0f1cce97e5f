/** Every kind of cheat, by name. */
import type { Settings } from "../settings.ts";
import type { Adversary } from "./adversary.ts";
import { backdater } from "./backdater.ts";
import { clonedDevice } from "./cloned-device.ts";
import { colludingPayees } from "./colluding-payees.ts";
import { flooder } from "./flooder.ts";
import { hashGrinder } from "./hash-grinder.ts";
import { censoringLedger, twoFacedLedger } from "./ledgers.ts";
import { limitProber } from "./limit-prober.ts";
import { lyingWitness } from "./lying-witness.ts";
import { overspender } from "./overspender.ts";
import { rollback } from "./rollback.ts";
import { sybilWitnesses } from "./sybil-witnesses.ts";
import { thief } from "./thief.ts";

export const ADVERSARIES: readonly Adversary[] = [
  clonedDevice,
  rollback,
  colludingPayees,
  hashGrinder,
  limitProber,
  overspender,
  backdater,
  lyingWitness,
  sybilWitnesses,
  flooder,
  censoringLedger,
  twoFacedLedger,
  thief,
];

/** `undefined` in a world without cheats. */
export function adversaryOf({ adversary, cheats }: Settings): Adversary | undefined {
  return cheats === 0 ? undefined : ADVERSARIES.find(({ name }) => name === adversary);
}
