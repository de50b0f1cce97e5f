/**
 * Which of several ready entries is judged first (spec [ORD2]). A list of criteria, the first that tells two entries apart
 * decides. The last is a hash that nobody knew before the checkpoint it is made with; a cheat can still grind it, so
 * nothing about safety rests on it, only that every replica orders alike.
 */
import { bytesToHex, DOMAIN, hexToBytes, taggedHash, type CheckpointId, type EntryId } from "@amigos/core";
import { compareText } from "../compare.ts";

export interface Priority {
  /** 64 hex digits. */
  readonly lot: string;
}

export type Criterion = (a: Priority, b: Priority) => number;

/** In order of weight. */
const CRITERIA: readonly Criterion[] = [(a, b) => compareText(a.lot, b.lot)];

/** The priorities of a call: each entry's, given the checkpoint that the call begins from. */
export function priorities(checkpoint: CheckpointId): (entry: EntryId) => Priority {
  const seed = hexToBytes(checkpoint);
  return (entry) => ({ lot: bytesToHex(taggedHash(DOMAIN.priority, seed, hexToBytes(entry))) });
}

/** Negative when `a` goes first. */
export function comparePriority(a: Priority, b: Priority): number {
  for (const criterion of CRITERIA) {
    const order = criterion(a, b);
    if (order !== 0) return order;
  }
  return 0;
}
