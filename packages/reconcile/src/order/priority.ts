/**
 * Which of several ready entries is judged first (spec [ORD2]): the first criterion that tells two entries apart decides. The last is a hash that nobody knew before the checkpoint it is made with; a cheat can still grind it, so
 * nothing about safety rests on it, only that every replica orders alike.
 */
import { DOMAIN, hashToId, hexToBytes, writeHexInto, type CheckpointId, type EntryId } from "@amigos/core";

export interface Priority {
  /** Attested weight (spec [WIT3]). */
  readonly weight: bigint;
  readonly isCoveredByFloat: boolean;
  /** 64 hex digits. */
  readonly lot: string;
}

/** The lots of a call: each entry's, given the checkpoint that the call begins from. 64 hex digits. */
export function lots(checkpoint: CheckpointId): (entry: EntryId) => string {
  const seed = hexToBytes(checkpoint);
  const id = new Uint8Array(seed.length);
  return (entry) => {
    writeHexInto(id, 0, entry);
    return hashToId<EntryId>(DOMAIN.priority, seed, id);
  };
}

/** Whether `a` goes first. */
export function isJudgedBefore(a: Priority, b: Priority): boolean {
  if (a.weight !== b.weight) return a.weight > b.weight;
  if (a.isCoveredByFloat !== b.isCoveredByFloat) return a.isCoveredByFloat;
  return a.lot < b.lot;
}
