/**
 * Which of several ready entries is judged first (spec [ORD2]): the first criterion that tells two entries apart decides. The
 * last are lots that nobody knew before the checkpoint they are drawn with: first between sessions, which mostly are what they
 * are long before it, then between entries of one session. A cheat can grind lots, so nothing about safety rests on them,
 * only that every replica orders alike.
 */
import { DOMAIN, hashToId, hexToBytes, type CheckpointId, type EntryId, type SessionId } from "@amigos/core";

export interface Priority {
  /** Attested weight (spec [WIT3]). */
  readonly weight: bigint;
  readonly isCoveredByFloat: boolean;
  /** Of its session. */
  readonly lot: Lot;
  readonly entry: EntryId;
}

/** 64 hex digits. */
export type Lot = string;

/** The lots of a call: each session's and each entry's, given the checkpoint that the call begins from. Each is drawn once. */
export function lots(checkpoint: CheckpointId): (id: SessionId | EntryId) => Lot {
  const seed = hexToBytes(checkpoint);
  const drawn = new Map<string, Lot>();
  return (id) => {
    const known = drawn.get(id);
    if (known !== undefined) return known;
    const lot: Lot = hashToId(DOMAIN.priority, seed, hexToBytes(id));
    drawn.set(id, lot);
    return lot;
  };
}

/** Whether `a` goes first. Lots of entries are drawn only where those of their sessions are one. */
export function judgedBefore(lotOf: (entry: EntryId) => Lot): (a: Priority, b: Priority) => boolean {
  return (a, b) => {
    if (a.weight !== b.weight) return a.weight > b.weight;
    if (a.isCoveredByFloat !== b.isCoveredByFloat) return a.isCoveredByFloat;
    return a.lot === b.lot ? lotOf(a.entry) < lotOf(b.entry) : a.lot < b.lot;
  };
}
