/**
 * From `DecodedEntry` to `VerifiedEntry`: authentic, that is, signed by the session key, itself or through a descendant
 * in its chain (spec [LOG2]). A `VerifiedEntry` can only be made here, so whoever holds one need not check again.
 */
import { verifySignature } from "../crypto/ed25519.ts";
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import type { Brand } from "../brand.ts";
import type { EntryId, Link, PublicKey } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import type { DecodedEntry } from "./decode-entry.ts";

export type VerifiedEntry = Brand<DecodedEntry, "VerifiedEntry">;

export type VerifyError = { readonly type: "signature-invalid"; readonly entry: EntryId };

export function verifyEntry(decoded: DecodedEntry, sessionKey: PublicKey): Result<VerifiedEntry, VerifyError> {
  return verifySignature(decoded.signature, hexToBytes(decoded.id), sessionKey)
    ? ok(markVerified(decoded))
    : err({ type: "signature-invalid", entry: decoded.id });
}

/**
 * Authenticates entries of one session by its tips: an entry that a verified one names as `previous` is authentic, for
 * its link covers its signed bytes. One signature vouches for a whole chain. Returns the authentic ones in the order
 * given, and the others with the reason; both as `verifyEntry` on each would, except that an ancestor whose own
 * signature is bad is authentic through its descendant.
 */
export function verifyEntriesByTips(
  entries: readonly DecodedEntry[],
  sessionKey: PublicKey,
): { readonly verified: readonly VerifiedEntry[]; readonly refused: readonly VerifyError[] } {
  const byLink = new Map<Link, DecodedEntry>(entries.map((entry) => [entry.link, entry]));
  const vouched = new Set<Link>();
  const refused: VerifyError[] = [];
  // Later sequences first, so that a tip is met before what it vouches for.
  const tipsFirst = entries.toSorted((a, b) => b.entry.sequence - a.entry.sequence);
  for (const entry of tipsFirst) {
    if (!vouched.has(entry.link)) {
      const verified = verifyEntry(entry, sessionKey);
      if (!verified.ok) {
        refused.push(verified.error);
        continue;
      }
      vouched.add(entry.link);
    }
    const previous = byLink.get(entry.entry.previous);
    if (previous !== undefined && isPredecessor(previous, entry)) vouched.add(previous.link);
  }
  return { verified: entries.filter((entry) => vouched.has(entry.link)).map(markVerified), refused };
}

/** Marks what a trusted step has checked. Not exported from the package. */
export function markVerified(entry: DecodedEntry): VerifiedEntry {
  return entry as VerifiedEntry;
}

function isPredecessor(previous: DecodedEntry, entry: DecodedEntry): boolean {
  return previous.entry.session === entry.entry.session && previous.entry.sequence + 1 === entry.entry.sequence;
}

/**
 * Authenticates one chain at once, in order of its places and each entry naming the one before: the signature of the last
 * vouches for all of them (spec [LOG2]). Asserts that it is such a chain.
 */
export function verifyChain(
  chain: readonly DecodedEntry[],
  sessionKey: PublicKey,
): Result<readonly VerifiedEntry[], VerifyError> {
  const tip = chain.at(-1);
  const follows = ({ entry }: DecodedEntry, index: number): boolean => {
    const before = chain[index - 1];
    if (before === undefined) return true;
    const isNext = entry.session === before.entry.session && entry.sequence === before.entry.sequence + 1;
    return isNext && entry.previous === before.link;
  };
  assert(tip !== undefined && chain.every(follows), "a chain has a last entry, and each names the one before");
  const verified = verifyEntry(tip, sessionKey);
  return verified.ok ? ok(chain.map(markVerified)) : verified;
}
