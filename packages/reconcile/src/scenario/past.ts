/** The settled past of a scenario, as a replica keeps it: what each checkpoint's record would hold (spec [SCN4]). */
import type { EntryId, Height, Sequence, SessionId, VerifiedEntry } from "@amigos/core";
import type { CheckpointFact, History } from "../history.ts";
import type { LedgerState } from "../state/ledger-state.ts";

export interface Past {
  readonly history: History;
  /** Adds what a checkpoint decided; `state` is the one after it. */
  readonly keep: (state: LedgerState, entries: readonly VerifiedEntry[]) => void;
}

export function createPast(): Past {
  const places = new Map<string, VerifiedEntry[]>();
  const settled = new Set<EntryId>();
  const checkpoints = new Map<Height, CheckpointFact>();
  const nameOf = (session: SessionId, sequence: Sequence): string => `${session}/${sequence}`;
  return {
    history: {
      entriesAt: (session, sequence) => places.get(nameOf(session, sequence)) ?? [],
      isSettled: (entry) => settled.has(entry),
      checkpointAt: (height) => checkpoints.get(height),
    },
    keep: (state, entries) => {
      checkpoints.set(state.height, { id: state.checkpoint, time: state.time });
      for (const verified of entries) {
        settled.add(verified.id);
        const place = nameOf(verified.entry.session, verified.entry.sequence);
        places.set(place, [...(places.get(place) ?? []), verified]);
      }
    },
  };
}
