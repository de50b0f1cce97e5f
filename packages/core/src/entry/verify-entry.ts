/**
 * From `DecodedEntry` to `VerifiedEntry`: authentic, that is, signed by the session key, itself or through a descendant
 * in its chain (spec [LOG2]). A `VerifiedEntry` can only be made here, so whoever holds one need not check again.
 */
import { assert } from "../assert.ts";
import { verifySignature, verifySignatures } from "../crypto/ed25519.ts";
import type { SignatureCheck } from "../crypto/signature-check.ts";
import { hexToBytes } from "../bytes.ts";
import type { Brand } from "../brand.ts";
import type { EntryId, Link, PublicKey } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import type { DecodedEntry } from "./decode-entry.ts";

export type VerifiedEntry = Brand<DecodedEntry, "VerifiedEntry">;

export type VerifyError = { readonly type: "signature-invalid"; readonly entry: EntryId };

/** For one entry whose answer is needed at once. */
export function verifyEntry(decoded: DecodedEntry, sessionKey: PublicKey): Result<VerifiedEntry, VerifyError> {
  const { signature, message, publicKey } = checkOf(decoded, sessionKey);
  return resultOf(decoded, verifySignature(signature, message, publicKey));
}

/** An entry and the key of its session. */
export interface SignedEntry {
  readonly entry: DecodedEntry;
  readonly key: PublicKey;
}

/** The same for many entries at once, of one session or of several: a result for each, in the order given. */
export async function verifyEntries(
  signed: readonly SignedEntry[],
): Promise<readonly Result<VerifiedEntry, VerifyError>[]> {
  const valid = await verifySignatures(signed.map(({ entry, key }) => checkOf(entry, key)));
  return signed.map(({ entry }, index) => resultOf(entry, valid[index] === true));
}

/** Entries of one session, in any order, and the session's key. */
export interface SessionLog {
  readonly key: PublicKey;
  readonly entries: readonly DecodedEntry[];
}

/** Who in a log is authentic, in the order given, and the others, later sequences first, with the reason. */
export interface LogVerdict {
  readonly verified: readonly VerifiedEntry[];
  readonly refused: readonly VerifyError[];
}

/**
 * Authenticates many logs at once, each by its tips: an entry that a verified one names as `previous` is authentic, for
 * its link covers its signed bytes. One signature vouches for a whole chain. A verdict for each log, in the order given:
 * what `verifyEntries` would say, except that an ancestor whose own signature is bad is authentic through its descendant.
 *
 * The tips of all logs are verified together. Where one is bad, what it alone named is a tip of the next round.
 */
export async function verifyLogsByTips(logs: readonly SessionLog[]): Promise<readonly LogVerdict[]> {
  const straight = await verifyStraight(logs);
  const chains = logs.map((log, index) => (straight[index] === true ? undefined : chainOf(log)));
  for (let tips = chains.flatMap((chain) => (chain === undefined ? [] : tipsOf(chain))); tips.length > 0;) {
    const results = await verifyEntries(tips);
    tips = tips.flatMap((tip, index) => (results[index]?.ok === true ? vouchFrom(tip) : uncoveredBy(tip)));
  }
  return logs.map(({ entries }, index) => {
    const chain = chains[index];
    return chain === undefined ? { verified: entries.map(markVerified), refused: [] } : verdictOf(chain);
  });
}

/** Which logs are one chain each with a valid signature at its end: nearly all, and there is nothing to work out. */
async function verifyStraight(logs: readonly SessionLog[]): Promise<readonly boolean[]> {
  const tips = logs.map(({ entries }) => straightTip(entries));
  const signed = tips.flatMap((entry, index) =>
    entry === undefined ? [] : [{ entry, key: (logs[index] as SessionLog).key }],
  );
  const valid = (await verifyEntries(signed)).values();
  return tips.map((tip) => tip !== undefined && valid.next().value?.ok === true);
}

/** The last of entries that are one chain, whatever their order. */
function straightTip(entries: readonly DecodedEntry[]): DecodedEntry | undefined {
  const lowest = entries.reduce((least, { entry }) => Math.min(least, entry.sequence), Number.POSITIVE_INFINITY);
  const inOrder: (DecodedEntry | undefined)[] = entries.map(() => undefined);
  for (const decoded of entries) {
    const place = decoded.entry.sequence - lowest;
    if (place >= inOrder.length || inOrder[place] !== undefined) return undefined;
    inOrder[place] = decoded;
  }
  const isOne = inOrder.every((decoded, place) => {
    const before = inOrder[place - 1];
    return place === 0 || (before !== undefined && decoded !== undefined && isPredecessor(before, decoded));
  });
  return isOne ? inOrder.at(-1) : undefined;
}

function isPredecessor({ link, entry: before }: DecodedEntry, { entry }: DecodedEntry): boolean {
  return entry.previous === link && before.session === entry.session && before.sequence + 1 === entry.sequence;
}

/** A log while it is being authenticated. */
interface Chain {
  readonly log: SessionLog;
  readonly byLink: ReadonlyMap<Link, DecodedEntry>;
  /** How many entries name each as their predecessor and have not been refused. */
  readonly pendingNamers: Map<Link, number>;
  readonly vouched: Set<Link>;
}

interface Tip extends SignedEntry {
  readonly chain: Chain;
}

function chainOf(log: SessionLog): Chain {
  const byLink = new Map<Link, DecodedEntry>(log.entries.map((entry) => [entry.link, entry]));
  const pendingNamers = new Map<Link, number>();
  for (const entry of byLink.values()) {
    const previous = predecessorOf(entry, byLink);
    if (previous !== undefined) pendingNamers.set(previous.link, (pendingNamers.get(previous.link) ?? 0) + 1);
  }
  return { log, byLink, pendingNamers, vouched: new Set() };
}

/** What nothing here can vouch for. */
function tipsOf(chain: Chain): readonly Tip[] {
  return [...chain.byLink.values()]
    .filter(({ link }) => !chain.pendingNamers.has(link))
    .map((entry) => ({ entry, key: chain.log.key, chain }));
}

/** A verified tip stands for itself and for everything down its chain. */
function vouchFrom({ entry, chain: { byLink, vouched } }: Tip): readonly Tip[] {
  for (let next: DecodedEntry | undefined = entry; next !== undefined && !vouched.has(next.link);) {
    vouched.add(next.link);
    next = predecessorOf(next, byLink);
  }
  return [];
}

/** The predecessor of a refused tip stands on its own signature, unless another entry still may vouch for it. */
function uncoveredBy({ entry, key, chain }: Tip): readonly Tip[] {
  const previous = predecessorOf(entry, chain.byLink);
  if (previous === undefined) return [];
  const pending = (chain.pendingNamers.get(previous.link) ?? 0) - 1;
  chain.pendingNamers.set(previous.link, pending);
  return pending > 0 || chain.vouched.has(previous.link) ? [] : [{ entry: previous, key, chain }];
}

function verdictOf({ log: { entries }, vouched }: Chain): LogVerdict {
  return {
    verified: entries.filter(({ link }) => vouched.has(link)).map(markVerified),
    refused: entries
      .filter(({ link }) => !vouched.has(link))
      .toSorted((a, b) => b.entry.sequence - a.entry.sequence)
      .map(signatureInvalid),
  };
}

function predecessorOf(entry: DecodedEntry, byLink: ReadonlyMap<Link, DecodedEntry>): DecodedEntry | undefined {
  const previous = byLink.get(entry.entry.previous);
  return previous !== undefined && isPredecessor(previous, entry) ? previous : undefined;
}

function checkOf({ id, signature }: DecodedEntry, publicKey: PublicKey): SignatureCheck {
  return { signature, message: hexToBytes(id), publicKey };
}

function resultOf(entry: DecodedEntry, isValid: boolean): Result<VerifiedEntry, VerifyError> {
  return isValid ? ok(markVerified(entry)) : err(signatureInvalid(entry));
}

function signatureInvalid({ id }: DecodedEntry): VerifyError {
  return { type: "signature-invalid", entry: id };
}

/** Marks what a trusted step has checked. Not exported from the package. */
export function markVerified(entry: DecodedEntry): VerifiedEntry {
  return entry as VerifiedEntry;
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
  const follows = (decoded: DecodedEntry, index: number): boolean => {
    const before = chain[index - 1];
    return before === undefined || isPredecessor(before, decoded);
  };
  assert(tip !== undefined && chain.every(follows), "a chain has a last entry, and each names the one before");
  const verified = verifyEntry(tip, sessionKey);
  return verified.ok ? ok(chain.map(markVerified)) : verified;
}
