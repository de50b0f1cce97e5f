/**
 * Finding equivocations the moment their second side arrives, also when the first was settled long before. A proof is
 * made durable together with what proves it, so a device that starts again knows the same conflicts.
 */
import {
  encodeEvidence,
  proveEquivocation,
  type EntryId,
  type EquivocationProof,
  type VerifiedEntry,
} from "@amigos/core";
import { KEY, put } from "../journal/journal.ts";
import type { Settlement } from "../journal/settled-rows.ts";
import type { StoreOperation } from "../ports/store.ts";
import type { Knowledge } from "./knowledge.ts";

export interface Forks {
  readonly proofs: readonly EquivocationProof[];
  /** What the ledger had decided about sides before. */
  readonly settlements: ReadonlyMap<EntryId, Settlement>;
}

/** One proof for each place that `arrived` forks and that was not known to be forked. */
export async function findForks(knowledge: Knowledge, arrived: readonly VerifiedEntry[]): Promise<Forks> {
  const proofs = new Map<string, EquivocationProof>();
  const seen = new Map<string, VerifiedEntry[]>();
  for (const entry of arrived) {
    const { session, sequence } = entry.entry;
    const place = KEY.evidence(session, sequence);
    if (knowledge.evidence.has(session, sequence) || proofs.has(place)) continue;
    const others = seen.get(place) ?? [
      ...knowledge.undecided.at(session, sequence),
      ...(await knowledge.settledAt(session, sequence)),
    ];
    for (const other of others) {
      const proof = proveEquivocation(entry, other);
      if (proof.ok && isProvable(knowledge, proof.value)) proofs.set(place, proof.value);
    }
    seen.set(place, [...others, entry]);
  }
  return { proofs: [...proofs.values()], settlements: await settlementsOf(knowledge, proofs.values()) };
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
function isProvable({ directory }: Knowledge, proof: EquivocationProof): boolean {
  return directory.verifyProof(encodeEvidence(proof)) !== undefined;
}
