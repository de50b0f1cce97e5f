/**
 * Equivocation as an object: two authentic entries of one session with one sequence and different ids. Anyone who knows
 * the session's key checks it with this package alone; no state, no ledger, no opinion (spec [EVI1]).
 */
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import type { Sequence, SessionId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import { inOrder, type NothingProven } from "./evidence-sides.ts";

export interface EquivocationProof {
  readonly type: "equivocation";
  readonly session: SessionId;
  readonly sequence: Sequence;
  /** The entry with the lower id. */
  readonly a: VerifiedEntry;
  readonly b: VerifiedEntry;
}

/** The proof that two verified entries make, whatever their order. */
export function proveEquivocation(
  first: VerifiedEntry,
  second: VerifiedEntry,
): Result<EquivocationProof, NothingProven> {
  const { session, sequence } = first.entry;
  if (session !== second.entry.session) return err({ type: "proves-nothing", reason: "two sessions" });
  if (sequence !== second.entry.sequence) return err({ type: "proves-nothing", reason: "two sequences" });
  if (first.id === second.id) return err({ type: "proves-nothing", reason: "one entry" });
  return ok({ type: "equivocation", session, sequence, ...inOrder(first, second) });
}
