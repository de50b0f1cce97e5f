/**
 * What is settled, read back from the journal: checkpoint records by height, and entries by place. Reconcile is a pure
 * function, so whatever it may look up is fetched here beforehand, for exactly the entries it will judge. A lookup reads
 * one small row, however large the record was that decided it.
 */
import {
  decodeEntry,
  equalBytes,
  sequence as toSequence,
  type EntryId,
  type Height,
  type Network,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import {
  decodeCheckpointRecord,
  type CheckpointFact,
  type CheckpointRecord,
  type History,
  type Verdict,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import { KEY, put } from "../journal/journal.ts";
import {
  decodeHeader,
  decodePlace,
  decodeSettlement,
  encodeHeader,
  encodePlace,
  encodeSettlement,
  type FiledEntry,
  type Settlement,
} from "../journal/settled-rows.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";

/** Headers kept in memory. A log names one checkpoint per entry, mostly recent ones; the rest is read again. */
const HEADERS_CACHED_MAX = 4096;

/** What one checkpoint decided, as it is filed. */
export interface Filing {
  readonly checkpoint: VerifiedCheckpoint;
  readonly recordBytes: Uint8Array;
  /** Every signed variant that is decided with it. */
  readonly decided: readonly VerifiedEntry[];
  readonly verdicts: readonly Verdict[];
}

export class Archive {
  readonly #store: Store;
  readonly #network: Network;
  readonly #headers = new Map<Height, CheckpointFact>();

  constructor(store: Store, network: Network) {
    this.#store = store;
    this.#network = network;
  }

  /** The encoded record of a height, or `undefined` when this replica does not have it. */
  recordBytes(height: Height): Promise<Uint8Array | undefined> {
    return this.#store.get(KEY.checkpoint(height));
  }

  /** Operations that file a checkpoint and what it decided. A place of a forked log may be decided at several heights. */
  async file({ checkpoint, recordBytes, decided, verdicts }: Filing): Promise<readonly StoreOperation[]> {
    const { height, time } = checkpoint.checkpoint;
    const verdictById = new Map(verdicts.map((verdict) => [verdict.entry, verdict]));
    const entriesByKey = new Map<string, readonly FiledEntry[]>();
    const settlements = new Map<EntryId, StoreOperation>();
    for (const { id, entry, bytes } of decided) {
      const key = KEY.place(entry.session, entry.sequence);
      const before = entriesByKey.get(key) ?? (await this.#place(entry.session, entry.sequence));
      const isFiled = before.some((other) => equalBytes(other.bytes, bytes));
      entriesByKey.set(key, isFiled ? before : [...before, { height, bytes }]);
      const verdict = verdictById.get(id);
      if (verdict !== undefined) settlements.set(id, put(KEY.settled(id), encodeSettlement({ height, verdict })));
    }
    return [
      put(KEY.checkpoint(height), recordBytes),
      put(KEY.header(height), encodeHeader({ id: checkpoint.id, time })),
      ...[...entriesByKey].map(([key, entries]) => put(key, encodePlace(entries))),
      ...settlements.values(),
    ];
  }

  /**
   * Entries at one place that were settled at `height` or before: one, or more when the log forked. They were verified
   * before they were filed.
   */
  async entriesAt(session: SessionId, sequence: Sequence, height: Height): Promise<readonly VerifiedEntry[]> {
    const filed = await this.#place(session, sequence);
    return filed.flatMap((row) => {
      const decoded = decodeEntry(row.bytes, this.#network.tag);
      if (!decoded.ok) throw this.#damaged(`entry ${sequence} of a log`);
      return row.height <= height ? [decoded.value as VerifiedEntry] : [];
    });
  }

  /** How an entry was decided, or `undefined` while it is not. */
  async settlement(entry: EntryId): Promise<Settlement | undefined> {
    const row = await this.#store.get(KEY.settled(entry));
    const decoded = row === undefined ? undefined : decodeSettlement(row);
    if (decoded?.ok === false) throw this.#damaged("a settled verdict");
    return decoded?.value;
  }

  /** @throws {StoreError} `store-damaged` when a record that must be there is not, or cannot be read */
  async record(height: Height): Promise<CheckpointRecord> {
    const bytes = await this.recordBytes(height);
    const decoded = bytes === undefined ? undefined : decodeCheckpointRecord(bytes);
    if (decoded?.ok !== true) throw this.#damaged(`checkpoint record ${height}`);
    return decoded.value;
  }

  /** Id and time of a checkpoint that is filed here. */
  async header(height: Height): Promise<CheckpointFact> {
    const cached = this.#headers.get(height);
    if (cached !== undefined) return cached;
    const row = await this.#store.get(KEY.header(height));
    const decoded = row === undefined ? undefined : decodeHeader(row);
    if (decoded?.ok !== true) throw this.#damaged(`checkpoint ${height}`);
    if (this.#headers.size >= HEADERS_CACHED_MAX) {
      const oldest = this.#headers.keys().next().value;
      if (oldest !== undefined) this.#headers.delete(oldest);
    }
    this.#headers.set(height, decoded.value);
    return decoded.value;
  }

  /**
   * The lookups that reconcile may make for these entries, fetched, as they were at `settledHeight`: a checkpoint that is
   * replayed finds what was settled before it, and not what it settled itself.
   */
  async historyFor(entries: readonly VerifiedEntry[], settledHeight: Height): Promise<History> {
    const places = new Map<string, readonly VerifiedEntry[]>();
    const headers = new Map<Height, CheckpointFact>();
    const settled = new Set<EntryId>();
    for (const { entry } of entries) {
      for (const sequence of [entry.sequence - 1, entry.sequence]) {
        const place = placeName(entry.session, sequence);
        if (sequence >= 0 && !places.has(place))
          places.set(place, await this.entriesAt(entry.session, toSequence(sequence), settledHeight));
      }
      for (const dependency of entry.dependencies ?? []) {
        const settlement = await this.settlement(dependency);
        if (settlement !== undefined && settlement.height <= settledHeight) settled.add(dependency);
      }
      const { height } = entry.checkpoint;
      if (height > 0 && height < settledHeight && !headers.has(height)) headers.set(height, await this.header(height));
    }
    return {
      entriesAt: (session, sequence) => places.get(placeName(session, sequence)) ?? [],
      isSettled: (entry) => settled.has(entry),
      checkpointAt: (height) => headers.get(height),
    };
  }

  async #place(session: SessionId, sequence: Sequence): Promise<readonly FiledEntry[]> {
    const row = await this.#store.get(KEY.place(session, sequence));
    const decoded = row === undefined ? undefined : decodePlace(row);
    if (decoded?.ok === false) throw this.#damaged(`entry ${sequence} of a log`);
    return decoded?.value ?? [];
  }

  #damaged(what: string): StoreError {
    return new StoreError("store-damaged", `${this.#store.name}: ${what} cannot be read`);
  }
}

function placeName(session: SessionId, sequence: number): string {
  return `${session}/${sequence}`;
}
