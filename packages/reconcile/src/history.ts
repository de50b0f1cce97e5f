/**
 * What reconcile may look up about the settled past (spec [HIS1]). Pure lookups of facts that never change: whoever
 * keeps the records answers from them, and two replicas that hold the same records answer alike.
 */
import type { CheckpointId, EntryId, Height, Sequence, SessionId, TimeMs, VerifiedEntry } from "@amigos/core";

export interface CheckpointFact {
  readonly id: CheckpointId;
  /** Its ledger time. */
  readonly time: TimeMs;
}

export interface History {
  /**
   * The entries that were settled (accepted or rejected) at one place of a log; several when the log forked there.
   * Asked for the places of the entries given, for the places just before them, and for those of kept attestations that
   * a given one contradicts.
   */
  readonly entriesAt: (session: SessionId, sequence: Sequence) => readonly VerifiedEntry[];
  /** Whether an entry is settled. Asked for the dependencies of the entries given. */
  readonly isSettled: (entry: EntryId) => boolean;
  /** The checkpoint of a height above 0 and below the state's: the state itself knows the others. */
  readonly checkpointAt: (height: Height) => CheckpointFact | undefined;
}

/** The past of a ledger that has none yet. */
export const NO_HISTORY: History = {
  entriesAt: () => [],
  isSettled: () => false,
  checkpointAt: () => undefined,
};
