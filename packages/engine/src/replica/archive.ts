/**
 * What is settled, read back from the journal: checkpoint records by height, and entries by place. Reconcile is a pure
 * function, so whatever it may look up is fetched here beforehand, for exactly the entries it will judge.
 */
import {
  decodeCbor,
  decodeEntry,
  encodeCbor,
  height as toHeight,
  sequence as toSequence,
  verifyEntry,
  type EntryId,
  type Height,
  type Network,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import {
  decodeCheckpointRecord,
  verifyCheckpoint,
  type CheckpointFact,
  type CheckpointRecord,
  type History,
} from "@amigos/reconcile";
import { KEY, put } from "../journal/journal.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import type { Directory } from "./directory.ts";

/** Headers kept in memory. A log names one checkpoint per entry, mostly recent ones; the rest is read again. */
const HEADERS_CACHED_MAX = 4096;

export class Archive {
  readonly #store: Store;
  readonly #network: Network;
  readonly #directory: Directory;
  readonly #headers = new Map<Height, CheckpointFact>();

  constructor(store: Store, network: Network, directory: Directory) {
    this.#store = store;
    this.#network = network;
    this.#directory = directory;
  }

  /** The encoded record of a height, or `undefined` when this replica does not have it. */
  recordBytes(height: Height): Promise<Uint8Array | undefined> {
    return this.#store.get(KEY.checkpoint(height));
  }

  /** Operations that file a record's entries under id and place. A place of a forked log may be decided at several heights. */
  async file(height: Height, entries: readonly VerifiedEntry[]): Promise<readonly StoreOperation[]> {
    const heightsByKey = new Map<string, Set<number>>();
    for (const { entry } of entries) {
      const key = KEY.place(entry.session, entry.sequence);
      const heights = heightsByKey.get(key) ?? new Set(await this.#heightsAt(entry.session, entry.sequence));
      heights.add(height);
      heightsByKey.set(key, heights);
    }
    return [
      ...[...heightsByKey].map(([key, heights]) => put(key, encodeCbor([...heights]))),
      ...entries.map(({ id }) => put(KEY.settled(id), encodeCbor(height))),
    ];
  }

  /** Settled entries at one place: one, or more when the log forked. */
  async entriesAt(session: SessionId, sequence: Sequence): Promise<readonly VerifiedEntry[]> {
    const key = this.#directory.session(session)?.key;
    if (key === undefined) return [];
    const entries: VerifiedEntry[] = [];
    for (const height of await this.#heightsAt(session, sequence)) {
      for (const bytes of (await this.record(height)).entries) {
        const decoded = decodeEntry(bytes, this.#network.tag);
        if (!decoded.ok || decoded.value.entry.session !== session || decoded.value.entry.sequence !== sequence)
          continue;
        const verified = verifyEntry(decoded.value, key);
        if (verified.ok) entries.push(verified.value);
      }
    }
    return entries;
  }

  async isSettled(entry: EntryId): Promise<boolean> {
    return (await this.#store.get(KEY.settled(entry))) !== undefined;
  }

  /** @throws {StoreError} `store-damaged` when a record that must be there is not, or cannot be read */
  async record(height: Height): Promise<CheckpointRecord> {
    const bytes = await this.recordBytes(height);
    const decoded = bytes === undefined ? undefined : decodeCheckpointRecord(bytes);
    if (decoded?.ok !== true)
      throw new StoreError("store-damaged", `${this.#store.name}: checkpoint record ${height} cannot be read`);
    return decoded.value;
  }

  remember(height: Height, fact: CheckpointFact): void {
    if (this.#headers.size >= HEADERS_CACHED_MAX) {
      const oldest = this.#headers.keys().next().value;
      if (oldest !== undefined) this.#headers.delete(oldest);
    }
    this.#headers.set(height, fact);
  }

  /** The lookups that reconcile may make for these entries, fetched. */
  async historyFor(entries: readonly VerifiedEntry[], settledHeight: Height): Promise<History> {
    const places = new Map<string, readonly VerifiedEntry[]>();
    const headers = new Map<Height, CheckpointFact>();
    const settled = new Set<EntryId>();
    for (const { entry } of entries) {
      for (const sequence of [entry.sequence - 1, entry.sequence]) {
        const place = placeName(entry.session, sequence);
        if (sequence >= 0 && !places.has(place))
          places.set(place, await this.entriesAt(entry.session, toSequence(sequence)));
      }
      for (const dependency of entry.dependencies ?? []) if (await this.isSettled(dependency)) settled.add(dependency);
      const { height } = entry.checkpoint;
      if (height > 0 && height < settledHeight && !headers.has(height)) headers.set(height, await this.#header(height));
    }
    return {
      entriesAt: (session, sequence) => places.get(placeName(session, sequence)) ?? [],
      isSettled: (entry) => settled.has(entry),
      checkpointAt: (height) => headers.get(height),
    };
  }

  async #header(height: Height): Promise<CheckpointFact> {
    const cached = this.#headers.get(height);
    if (cached !== undefined) return cached;
    const verified = verifyCheckpoint((await this.record(height)).checkpoint, this.#network);
    if (!verified.ok)
      throw new StoreError("store-damaged", `${this.#store.name}: checkpoint ${height} is not authentic`);
    const fact = { id: verified.value.id, time: verified.value.checkpoint.time };
    this.remember(height, fact);
    return fact;
  }

  async #heightsAt(session: SessionId, sequence: Sequence): Promise<readonly Height[]> {
    const bytes = await this.#store.get(KEY.place(session, sequence));
    if (bytes === undefined) return [];
    const decoded = decodeCbor(bytes);
    if (!decoded.ok || !Array.isArray(decoded.value))
      throw new StoreError("store-damaged", `${this.#store.name}: an index row cannot be read`);
    return (decoded.value as readonly number[]).map(toHeight);
  }
}

function placeName(session: SessionId, sequence: number): string {
  return `${session}/${sequence}`;
}
