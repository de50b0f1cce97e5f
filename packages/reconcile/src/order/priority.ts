/**
 * Which of several ready entries is judged first (spec [ORD2]). A list of criteria, the first that tells two entries apart
 * decides. The last is a hash that nobody knew before the checkpoint it is made with; a cheat can still grind it, so
 * nothing about safety rests on it, only that every replica orders alike.
 */
import { DOMAIN, hashToId, hexToBytes, type CheckpointId, type EntryId } from "@amigos/core";
import { compareText } from "../compare.ts";

export interface Priority {
  /** Attested weight (spec [WIT3]). */
  readonly weight: bigint;
  readonly isCoveredByFloat: boolean;
  /** 64 hex digits. */
  readonly lot: string;
}

export type Criterion = (a: Priority, b: Priority) => number;

/** In order of weight. */
const CRITERIA: readonly Criterion[] = [
  (a, b) => (a.weight > b.weight ? -1 : a.weight < b.weight ? 1 : 0),
  (a, b) => Number(b.isCoveredByFloat) - Number(a.isCoveredByFloat),
  (a, b) => compareText(a.lot, b.lot),
];

/** The lots of a call: each entry's, given the checkpoint that the call begins from. 64 hex digits. */
export function lots(checkpoint: CheckpointId): (entry: EntryId) => string {
  const seed = hexToBytes(checkpoint);
  return (entry) => hashToId<EntryId>(DOMAIN.priority, seed, hexToBytes(entry));
}

/** Negative when `a` goes first. */
export function comparePriority(a: Priority, b: Priority): number {
  for (const criterion of CRITERIA) {
    const order = criterion(a, b);
    if (order !== 0) return order;
  }
  return 0;
}
