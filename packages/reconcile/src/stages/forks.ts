/**
 * Stage 3: equivocations (spec [EQV1], [EQV2]). A session that has two entries for one place, among what is given and what is
 * settled, is frozen from its lowest such place on, and one proof of that place goes out. One is enough: whatever else
 * was signed twice lies beyond it.
 */
import {
  assert,
  proveEquivocation,
  type EquivocationProof,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { byText } from "../compare.ts";
import type { Place } from "./candidates.ts";

/** The lowest place with two entries, of a session that was not frozen there before. */
export interface Fork {
  readonly sequence: Sequence;
  readonly proof: EquivocationProof;
}

/** By session. Places that were frozen before this call have no newcomers: nothing new follows from them. */
export function findForks(places: readonly Place[]): ReadonlyMap<SessionId, Fork> {
  const lowest = new Map<SessionId, Place>();
  for (const place of places) {
    const known = lowest.get(place.session);
    if (isForked(place) && (known === undefined || place.sequence < known.sequence)) lowest.set(place.session, place);
  }
  return new Map([...lowest].map(([session, place]) => [session, { sequence: place.sequence, proof: proofOf(place) }]));
}

export function proofsOf(forks: ReadonlyMap<SessionId, Fork>): readonly EquivocationProof[] {
  return [...forks.values()].map(({ proof }) => proof).toSorted(byText((proof) => proof.session));
}

/** Newcomers are distinct and none of them is settled, so one beside anything else makes two. */
function isForked({ settled, newcomers }: Place): boolean {
  return newcomers.length > 1 || (newcomers.length === 1 && settled.size > 0);
}

/** Of the settled entry and the lowest newcomer, or of the two lowest newcomers. Where two are settled nobody is new. */
function proofOf({ settled, newcomers }: Place): EquivocationProof {
  const newest = newcomers.map(({ verified }) => verified).toSorted(byText(({ id }) => id));
  const [first, second] = [...settled.values(), ...newest] as [VerifiedEntry, VerifiedEntry];
  const proof = proveEquivocation(first, second);
  assert(proof.ok, "two different entries at one place are an equivocation");
  return proof.value;
}
