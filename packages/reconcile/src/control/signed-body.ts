/**
 * A control entry with every signature that was given on it. Whoever had a key of the account once can sign what it says
 * today; so the signature that counts is chosen by the key it was made with, and only among those by its link (spec [REC4]).
 */
import type { ControlEntry, EntryId, PublicKey, VerifiedControlEntry } from "@amigos/core";
import { byText } from "../compare.ts";
import { groupBy } from "../group-by.ts";

export interface SignedBody<Entry extends ControlEntry = ControlEntry> {
  readonly id: EntryId;
  readonly entry: Entry;
  /** Never empty; lowest link first. */
  readonly copies: readonly VerifiedControlEntry<Entry>[];
}

/** One of each id, in order of ids. */
export function signedBodies(control: readonly VerifiedControlEntry[]): readonly SignedBody[] {
  return [...groupBy(control, ({ id }) => id)]
    .map(([id, copies]) => ({
      id,
      entry: (copies[0] as VerifiedControlEntry).entry,
      copies: copies.length === 1 ? copies : copies.toSorted(byText(({ link }) => link)),
    }))
    .toSorted(byText(({ id }) => id));
}

/** The signature that counts, if there is one by that key. */
export function copyUnder<Entry extends ControlEntry>(
  { copies }: SignedBody<Entry>,
  key: PublicKey | undefined,
): VerifiedControlEntry<Entry> | undefined {
  return copies.find((copy) => copy.key === key);
}

/** The key to name where none fits. */
export function keyOf({ copies }: SignedBody): PublicKey {
  return (copies[0] as VerifiedControlEntry).key;
}
