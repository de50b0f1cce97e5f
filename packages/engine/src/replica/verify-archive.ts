/**
 * An archive, held against the rules from the genesis on, or where a wallet took a state over from there on: every checkpoint is replayed, its roots and record compared, and
 * every row that was filed beside it read back. What passes here is what any honest replica would have come to.
 */
import { equalBytes, type CheckpointId, type Height, type Network } from "@amigos/core";
import {
  createGenesisState,
  decodeCheckpointRecord,
  decodeLedgerState,
  encodeLedgerState,
  replayCheckpoint,
  stateRoot,
  type LedgerState,
  type Replayed,
  type ReplayError,
} from "@amigos/reconcile";
import { groupOfId, isClaimed, KEY, PREFIX } from "../journal/journal.ts";
import { verdictToText } from "../journal/verdict-text.ts";
import { StoreError, type Store } from "../ports/store.ts";
import { Archive, decidedOfRecord, placesKey } from "./archive.ts";
import { verifyStart, type Start, type StartError } from "./start.ts";

export interface ArchiveReport {
  /** Where it begins, if not with the genesis: of what was before, only the authority's signature is looked at. */
  readonly start?: Height;
  /** Up to where everything holds. */
  readonly height: Height;
  readonly checkpoint: CheckpointId;
  readonly stateRoot: string;
  /** Decided with these checkpoints. */
  readonly entries: number;
  /** The first thing that does not hold. */
  readonly fault: ArchiveFault | undefined;
}

export type ArchiveFault =
  /** Nothing of a journal is in the store. */
  | { readonly type: "journal-missing" }
  /** Records go on beyond one that is not there. */
  | { readonly type: "record-missing"; readonly height: number }
  | { readonly type: "record-unreadable"; readonly height: number }
  /** What its entries name is not there, or cannot be read. */
  | { readonly type: "row-damaged"; readonly height: number; readonly problem: string }
  | { readonly type: "replay-failed"; readonly height: number; readonly error: ReplayError }
  /** A row about the past says something else than the record. */
  | { readonly type: "row-differs"; readonly height: number; readonly row: string }
  /** What it started from cannot be read, or is not what the authority signed. */
  | { readonly type: "start-invalid"; readonly error: StartError }
  /** The state that is kept to begin from is not the one of its height. */
  | { readonly type: "snapshot-differs"; readonly height: number };

export interface VerifyArchiveOptions {
  readonly store: Store;
  readonly network: Network;
  /** After each checkpoint that holds. */
  readonly onCheckpoint?: (height: Height) => void;
}

/**
 * Reads, and changes nothing. One record at a time is in memory, and the state.
 * @throws {JournalRefused} where the store is another network's, or was written by another version
 */
export async function verifyArchive({ store, network, onCheckpoint }: VerifyArchiveOptions): Promise<ArchiveReport> {
  const audit = new Audit(store, network);
  if (!(await isClaimed(store, network))) return audit.report({ type: "journal-missing" });
  const started = await store.get(KEY.start);
  const start = started === undefined ? undefined : verifyStart(started, network);
  if (start?.ok === false) return audit.report({ type: "start-invalid", error: start.error });
  if (start !== undefined) audit.begin(start.value);
  const last = await newestHeight(store);
  const snapshot = await readSnapshot(store, network);
  let isSnapshotSound = snapshot === undefined || isSameState(snapshot, audit.state);
  while (audit.state.height < last || (await audit.hasNext())) {
    const fault = await audit.step();
    if (fault !== undefined) return audit.report(fault);
    if (snapshot !== undefined && audit.state.height === snapshot.height)
      isSnapshotSound = isSameState(snapshot, audit.state);
    onCheckpoint?.(audit.state.height);
  }
  return audit.report(isSnapshotSound ? undefined : { type: "snapshot-differs", height: snapshot?.height ?? 0 });
}

class Audit {
  readonly #archive: Archive;
  #entries = 0;
  state: LedgerState;
  #start: Height | undefined;

  constructor(store: Store, network: Network) {
    this.#archive = new Archive(store, network);
    this.state = createGenesisState(network);
  }

  report(fault: ArchiveFault | undefined): ArchiveReport {
    const { height, checkpoint } = this.state;
    const start = this.#start === undefined ? {} : { start: this.#start };
    return { ...start, height, checkpoint, stateRoot: stateRoot(this.state), entries: this.#entries, fault };
  }

  begin({ state }: Start): void {
    this.#start = state.height;
    this.#archive.start = state.height;
    this.state = state;
  }

  /** Whether there is a record, be it beyond the newest row that says so. */
  async hasNext(): Promise<boolean> {
    return (await this.#archive.recordBytes((this.state.height + 1) as Height)) !== undefined;
  }

  /** Goes on by one checkpoint, if it holds. */
  async step(): Promise<ArchiveFault | undefined> {
    const height = (this.state.height + 1) as Height;
    try {
      return await this.#replay(height);
    } catch (error) {
      if (error instanceof StoreError) return { type: "row-damaged", height, problem: error.message };
      throw error;
    }
  }

  async #replay(height: Height): Promise<ArchiveFault | undefined> {
    const bytes = await this.#archive.recordBytes(height);
    if (bytes === undefined) return { type: "record-missing", height };
    const record = decodeCheckpointRecord(bytes);
    if (!record.ok) return { type: "record-unreadable", height };
    const replayed = await replayCheckpoint(this.state, record.value, (entries) =>
      this.#archive.historyOfRecord(entries, this.state),
    );
    if (!replayed.ok) return { type: "replay-failed", height, error: replayed.error };
    const row = await this.#differingRow(replayed.value, bytes);
    if (row !== undefined) return { type: "row-differs", height, row };
    this.#entries += replayed.value.entries.length;
    this.state = replayed.value.state;
    return undefined;
  }

  /** The first row beside the record that says something else. */
  async #differingRow(
    { state, entries, reconciliation: { verdicts }, checkpoint }: Replayed,
    recordBytes: Uint8Array,
  ): Promise<string | undefined> {
    const { height } = state;
    const header = await this.#archive.header(height);
    if (header.id !== checkpoint.id || header.time !== state.time) return KEY.header(height);
    for (const { entry: verified, verdict } of decidedOfRecord({ height, recordBytes, entries, verdicts })) {
      const { id, entry, link } = verified;
      const filed = await this.#archive.entriesAt(entry.session, entry.sequence, height);
      if (!filed.some((other) => other.link === link)) return placesKey(entry.session, entry.sequence);
      const settlement = await this.#archive.settlement(id);
      if (settlement?.height !== height) return KEY.ids(groupOfId(id), height);
      if (verdictToText(settlement.verdict) !== verdictToText(verdict)) return KEY.verdict(id);
    }
    return undefined;
  }
}

/** By the rows that are small; records may be large. */
async function newestHeight(store: Store): Promise<number> {
  const heights = (await store.list(PREFIX.header)).map(({ key }) => Number(key.slice(PREFIX.header.length)));
  return heights.filter(Number.isSafeInteger).at(-1) ?? 0;
}

interface Snapshot {
  readonly height: number;
  readonly bytes: Uint8Array;
}

async function readSnapshot(store: Store, network: Network): Promise<Snapshot | undefined> {
  const bytes = await store.get(KEY.snapshot);
  if (bytes === undefined) return undefined;
  const decoded = decodeLedgerState(bytes, network);
  return { height: decoded.ok ? decoded.value.height : 0, bytes };
}

/** With its time and checkpoint, which no state root covers. */
function isSameState({ height, bytes }: Snapshot, state: LedgerState): boolean {
  return height === state.height && equalBytes(encodeLedgerState(state), bytes);
}
