/**
 * The outlook: what is settled, what is not, and what reconcile thinks of it, all of one moment (spec [DEV3]). Views are made from an
 * outlook and from nothing newer, so they never show an entry that nobody has judged, or a balance between two states.
 */
import { timeMs, type EntryId, type EquivocationProof, type TimeMs, type VerifiedEntry } from "@amigos/core";
import { reconcile, type LedgerState, type Reconciliation } from "@amigos/reconcile";
import type { Settlement } from "../journal/settled-rows.ts";
import type { Knowledge } from "./knowledge.ts";

export interface Outlook {
  readonly settled: LedgerState;
  /** In order of sessions and sequences. Two signatures on one body are one entry, and stand here once. */
  readonly undecided: readonly VerifiedEntry[];
  /** What a checkpoint of everything known would decide. None on a replica that does not judge before it settles. */
  readonly reconciliation: Reconciliation | undefined;
  readonly evidence: readonly EquivocationProof[];
  /** How sides of the evidence were decided, by entry. */
  readonly settlements: ReadonlyMap<EntryId, Settlement>;
}

export async function makeOutlook(
  { settled, undecided, registrations, archive, evidence }: Knowledge,
  { now, isProvisional }: { readonly now: TimeMs; readonly isProvisional: boolean },
): Promise<Outlook> {
  const entries = undecided.all();
  const shown = {
    settled,
    undecided: [...new Map(entries.map((entry) => [entry.id, entry])).values()],
    evidence: evidence.all(),
    settlements: evidence.settlements(),
  };
  if (!isProvisional) return { ...shown, reconciliation: undefined };
  const history = await archive.historyFor(entries, settled);
  const time = timeMs(Math.max(now, settled.time));
  return {
    ...shown,
    reconciliation: reconcile({ state: settled, ...registrations.ready(settled), entries, history, time }),
  };
}
