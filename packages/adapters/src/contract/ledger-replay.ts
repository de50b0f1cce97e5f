/** A ledger's records, replayed from the genesis with nothing but what they say: as a stranger would who checks it. */
import { orThrow, type EntryId, type Height, type Network, type VerifiedEntry } from "@amigos/core";
import {
  createGenesisState,
  decodeCheckpointRecord,
  replayCheckpoint,
  type CheckpointFact,
  type History,
  type LedgerState,
} from "@amigos/reconcile";

export interface ReplayedRecords {
  /** By height, from the genesis on. */
  readonly states: readonly LedgerState[];
  /** Entries, by their ids. */
  readonly decided: ReadonlySet<string>;
}

/** Throws where a record does not lead to what its checkpoint says. */
export async function replayRecords(records: readonly Uint8Array[], network: Network): Promise<ReplayedRecords> {
  const states = [createGenesisState(network)];
  const places = new Map<string, VerifiedEntry[]>();
  const settled = new Set<EntryId>();
  const checkpoints = new Map<Height, CheckpointFact>();
  const history: History = {
    entriesAt: (session, sequence) => places.get(`${session}/${sequence}`) ?? [],
    isSettled: (entry) => settled.has(entry),
    checkpointAt: (height) => checkpoints.get(height),
  };
  for (const bytes of records) {
    const before = states.at(-1) as LedgerState;
    const record = orThrow(decodeCheckpointRecord(bytes));
    const { state, entries } = orThrow(await replayCheckpoint(before, record, async () => history));
    for (const entry of entries) {
      const place = `${entry.entry.session}/${entry.entry.sequence}`;
      places.set(place, [...(places.get(place) ?? []), entry]);
      settled.add(entry.id);
    }
    checkpoints.set(state.height, { id: state.checkpoint, time: state.time });
    states.push(state);
  }
  return { states, decided: settled };
}
