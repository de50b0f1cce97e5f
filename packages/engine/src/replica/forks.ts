/**
 * Finding equivocations the moment their second side arrives, also when the first was settled long before. A proof is
 * made durable together with what proves it, so a device that starts again knows the same conflicts.
 */
import {
  encodeEvidence,
  proveEquivocation,
  verifyEvidence,
  type EntryId,
  type EquivocationProof,
  type PublicKey,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { KEY, put } from "../journal/journal.ts";
import type { Settlement } from "../journal/settled-rows.ts";
import type { StoreOperation } from "../ports/store.ts";
import type { Knowledge } from "./knowledge.ts";

type KeyOf = (session: SessionId) => PublicKey | undefined;

export interface Forks {
  readonly proofs: readonly EquivocationProof[];
  /** What the ledger had decided about sides before. */
  readonly settlements: ReadonlyMap<EntryId, Settlement>;
}

const NOTHING: readonly VerifiedEntry[] = [];

/**
 * One proof for each place that `arrived` forks and that was not known to be forked. `keyOf`: of a session, where what
 * vouches for it may have arrived with it.
 */
export async function findForks(
  knowledge: Knowledge,
  arrived: readonly VerifiedEntry[],
  keyOf: KeyOf = (session) => knowledge.directory.session(session)?.key,
): Promise<Forks> {
  const proofs: EquivocationProof[] = [];
  for (const [session, entriesByPlace] of bySessionAndPlace(arrived)) {
    const maySettleAt = knowledge.maySettle(session);
    for (const [sequence, entries] of entriesByPlace) {
      const undecided = knowledge.undecided.at(session, sequence);
      const settled = maySettleAt(sequence) ? await knowledge.settledAt(session, sequence) : NOTHING;
      if (entries.length + undecided.length + settled.length < 2 || knowledge.evidence.has(session, sequence)) continue;
      const others = [...undecided, ...settled];
      const proof = firstProof(others, entries, (found) => isProvable(knowledge, found, keyOf));
      if (proof !== undefined) proofs.push(proof);
    }
  }
  return { proofs, settlements: await settlementsOf(knowledge, proofs) };
}

/** By place: thousands arrive at once, and nearly all of them are alone at theirs. */
function bySessionAndPlace(
  entries: readonly VerifiedEntry[],
): ReadonlyMap<SessionId, ReadonlyMap<Sequence, readonly VerifiedEntry[]>> {
  const sessions = new Map<SessionId, Map<Sequence, VerifiedEntry[]>>();
  for (const entry of entries) {
    const { session, sequence } = entry.entry;
    let places = sessions.get(session);
    if (places === undefined) sessions.set(session, (places = new Map<Sequence, VerifiedEntry[]>()));
    const place = places.get(sequence);
    if (place === undefined) places.set(sequence, [entry]);
    else place.push(entry);
  }
  return sessions;
}

/** What the first of the newcomers proves that proves anything: beside what was there, or the newcomers before it. */
function firstProof(
  there: readonly VerifiedEntry[],
  newcomers: readonly VerifiedEntry[],
  isProven: (proof: EquivocationProof) => boolean,
): EquivocationProof | undefined {
  const others = [...there];
  for (const entry of newcomers) {
    let found: EquivocationProof | undefined;
    for (const other of others) {
      const proof = proveEquivocation(entry, other);
      if (proof.ok && isProven(proof.value)) found = proof.value;
    }
    if (found !== undefined) return found;
    others.push(entry);
  }
  return undefined;
}

/** What the ledger has decided about the sides of these proofs. */
export async function settlementsOf(
  { archive }: Knowledge,
  proofs: Iterable<EquivocationProof>,
): Promise<ReadonlyMap<EntryId, Settlement>> {
  const settlements = new Map<EntryId, Settlement>();
  for (const { a, b } of proofs) {
    for (const { id } of [a, b]) {
      const settlement = await archive.settlement(id);
      if (settlement !== undefined) settlements.set(id, settlement);
    }
  }
  return settlements;
}

export function forkOperations({ proofs }: Pick<Forks, "proofs">): readonly StoreOperation[] {
  return proofs.map((proof) => put(KEY.evidence(proof.session, proof.sequence), encodeEvidence(proof)));
}

export function keepForks({ evidence }: Knowledge, { proofs, settlements }: Forks): void {
  for (const proof of proofs) evidence.add(proof);
  for (const [entry, settlement] of settlements) evidence.settle(entry, settlement);
}

/** An entry can be authentic through a descendant alone; a proof needs a signature of its own on each side. */
function isProvable({ network }: Knowledge, proof: EquivocationProof, keyOf: KeyOf): boolean {
  const key = keyOf(proof.session);
  return key !== undefined && verifyEvidence(encodeEvidence(proof), { network: network.tag, key }).ok;
}
