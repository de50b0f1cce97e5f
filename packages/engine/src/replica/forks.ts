/**
 * Finding equivocations the moment their second side arrives, also when the first was settled long before. A proof is
 * made durable together with what proves it, so a device that starts again knows the same conflicts.
 *
 * Which two sides of a place stand in its proof follows from what is here, and not from what came first (spec [GRD8]), so that all
 * who have the same entries hold the same proofs.
 */
import {
  encodeEvidence,
  proveEquivocation,
  verifyEntry,
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
import type { UndecidedView } from "./undecided.ts";

type KeyOf = (session: SessionId) => PublicKey | undefined;

export interface Forks {
  /** New here, or of other sides than before. */
  readonly proofs: readonly EquivocationProof[];
  /** What the ledger had decided about sides before. */
  readonly settlements: ReadonlyMap<EntryId, Settlement>;
}

export interface ForkOptions {
  /** Of a session, where what vouches for it may have arrived with it. */
  readonly keyOf?: KeyOf;
  /** Those that a checkpoint decides right now, in its order: no archive has them yet. */
  readonly settling?: readonly VerifiedEntry[];
  /** Whether more is settled than when a place was proven: then every side counts anew. */
  readonly isThorough?: boolean;
  /** Left out: what the knowledge has. */
  readonly undecided?: UndecidedView;
}

const NOTHING: readonly VerifiedEntry[] = [];

/** A proof for each place that `arrived` forks, unless it is the one that is known. */
export async function findForks(
  knowledge: Knowledge,
  arrived: readonly VerifiedEntry[],
  options: ForkOptions = {},
): Promise<Forks> {
  const proofs: EquivocationProof[] = [];
  const { undecided = knowledge.undecided } = options;
  const settlingAt = atPlaces(options.settling ?? NOTHING);
  for (const [session, entriesByPlace] of bySessionAndPlace(arrived)) {
    const maySettleAt = knowledge.maySettle(session);
    for (const [sequence, entries] of entriesByPlace) {
      const known = knowledge.evidence.at(session, sequence);
      const isCounted =
        known !== undefined && options.isThorough !== true && settlingAt(session, sequence).length === 0;
      if (isCounted && !mayReplace(entries, known)) continue;
      const settled = maySettleAt(sequence) ? await knowledge.settledAt(session, sequence) : NOTHING;
      const unsettled = [...undecided.at(session, sequence), ...entries];
      if (unsettled.length + settled.length < 2) continue;
      if (known !== undefined) unsettled.push(known.a, known.b);
      const sides = [...settled, ...settlingAt(session, sequence), ...unsettled.toSorted(byIdAndLink)];
      const proof = proofOf(sides, (options.keyOf ?? keyIn(knowledge))(session));
      if (proof !== undefined && !(known !== undefined && isSame(proof, known))) proofs.push(proof);
    }
  }
  return { proofs, settlements: await settlementsOf(knowledge, proofs) };
}

function keyIn({ directory }: Knowledge): KeyOf {
  return (session) => directory.session(session)?.key;
}

/** Looked through when it is first asked for: nearly no place has two sides. */
function atPlaces(
  entries: readonly VerifiedEntry[],
): (session: SessionId, sequence: Sequence) => readonly VerifiedEntry[] {
  let places: ReturnType<typeof bySessionAndPlace> | undefined;
  return (session, sequence) => (places ??= bySessionAndPlace(entries)).get(session)?.get(sequence) ?? NOTHING;
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

/** Whether one of them goes before a side of a proof: nearly never, however many sides a place is given. */
function mayReplace(entries: readonly VerifiedEntry[], { b }: EquivocationProof): boolean {
  return entries.some((entry) => byIdAndLink(entry, b) < 0);
}

function byIdAndLink(a: VerifiedEntry, b: VerifiedEntry): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.link === b.link ? 0 : a.link < b.link ? -1 : 1;
}

/**
 * Of the first two of some sides of a place that are two, in the order in which they count. An entry can be authentic through
 * a descendant alone; a proof needs a signature of its own on each side.
 */
function proofOf(sides: readonly VerifiedEntry[], key: PublicKey | undefined): EquivocationProof | undefined {
  if (key === undefined || new Set(sides.map(({ id }) => id)).size < 2) return undefined;
  let first: VerifiedEntry | undefined;
  for (const side of sides) {
    if (side.id === first?.id || !verifyEntry(side, key).ok) continue;
    if (first === undefined) {
      first = side;
      continue;
    }
    const proof = proveEquivocation(first, side);
    return proof.ok ? proof.value : undefined;
  }
  return undefined;
}

function isSame(one: EquivocationProof, other: EquivocationProof): boolean {
  return one.a.link === other.a.link && one.b.link === other.b.link;
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
