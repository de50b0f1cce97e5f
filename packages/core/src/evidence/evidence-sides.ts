/** What every piece of evidence is made of: two entries, in order of ids, so that one fact has one encoding. */
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import { compareHex } from "../bytes.ts";

/** `reason` says what the two entries have in common, or have not. */
export interface NothingProven {
  readonly type: "proves-nothing";
  readonly reason: string;
}

export function inOrder(
  first: VerifiedEntry,
  second: VerifiedEntry,
): { readonly a: VerifiedEntry; readonly b: VerifiedEntry } {
  return compareHex(first.id, second.id) < 0 ? { a: first, b: second } : { a: second, b: first };
}
