/**
 * What is settled, read back from the journal: checkpoint records by height, and entries by place and by id. Reconcile is a
 * pure function, so whatever it may look up is fetched here beforehand, for exactly the entries it will judge. A lookup
 * reads a few small rows, however large the record was that decided it.
 */
import {
  decodeEntry,
  sequence as toSequence,
  type DecodedEntry,
  type EntryId,
  type Height,
  type Link,
  type Network,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import {
  decodeCheckpointRecord,
  checkpointOfRecord,
  entryOffsets,
  isDecided,
  verifyCheckpoint,
  type CheckpointFact,
  type CheckpointRecord,
  type History,
  type LedgerState,
  type Verdict,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import type { RecordedEntry } from "../journal/history-row.ts";
import { groupOfId, heightOfIds, KEY, PREFIX, put } from "../journal/journal.ts";
import {
  decodeHeader,
  decodeIds,
  decodePlaces,
  decodeVerdictRow,
  encodeHeader,
  encodePlaces,
  encodeIds,
  encodeVerdictRow,
  tagOfId,
  type FiledId,
  type FiledPlace,
  type Position,
  type Settlement,
} from "../journal/settled-rows.ts";
import { acceptedVerdict } from "../journal/verdict-text.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import type { Past } from "./past.ts";
import { placesAskedFor, type PlaceOfLog } from "./places-asked-for.ts";
import { Records } from "./records.ts";

/** Headers kept in memory. A log names one checkpoint per entry, mostly recent ones; the rest is read again. */
const HEADERS_CACHED_MAX = 4096;
/** Places that share a row: its key is then a small part of it, and one more place rewrites half a kilobyte at most. */
const PLACES_PER_ROW = 32;

/** Of a row whose key says all. */
const PRESENT: Uint8Array = Uint8Array.of(1);

/** What most entries have. */
const NO_DEPENDENCIES: readonly EntryId[] = [];

/** What one checkpoint decided, as it is filed. */
export interface Filing {
  readonly checkpoint: CheckpointFact & { readonly height: Height };
  readonly recordBytes: Uint8Array;
  /** What it decided of the entries that its record holds. */
  readonly decided: readonly RecordedEntry[];
  /** What came along with it of the time before the start. */
  readonly past: Past;
}

/** Signed bytes, and the height that they are of. */
interface DatedBytes {
  readonly height: Height;
  readonly bytes: Uint8Array;
}

export interface NamedPast {
  readonly checkpoints: readonly DatedBytes[];
  /** By the height that settled each; 0 where that was before the start and is not known. */
  readonly entries: readonly DatedBytes[];
  /** What they depend on, dated alike. */
  readonly settled: readonly { readonly height: Height; readonly id: EntryId }[];
}

export class Archive {
  readonly #store: Store;
  readonly #network: Network;
  readonly #records: Records;
  readonly #headers = new Map<Height, CheckpointFact>();
  /**
   * Up to where what was decided was not replayed here: 0 for all who replay from the genesis. What is on the disk of the
   * time up to there is being loaded, and not looked up before it is whole.
   */
  start: Height = 0 as Height;

  constructor(store: Store, network: Network) {
    this.#store = store;
    this.#network = network;
    this.#records = new Records(store, network);
  }

  /** The encoded record of a height, or `undefined` when this replica does not have it. */
  recordBytes(height: Height): Promise<Uint8Array | undefined> {
    return this.#records.bytes(height);
  }

  /** The entry that lies somewhere in a record. @throws {StoreError} `store-damaged` when none does */
  entryAt(position: Position): Promise<VerifiedEntry> {
    return this.#records.entryAt(position);
  }

  /** Operations that file a checkpoint and what it decided. A place of a forked log may be decided at several heights. */
  async file({ checkpoint, recordBytes, decided, past }: Filing): Promise<readonly StoreOperation[]> {
    const { id: checkpointId, height, time } = checkpoint;
    const places = new Map<SessionId, Map<number, FiledPlace[]>>();
    const ids = new Map<string, FiledId[]>();
    const verdicts: StoreOperation[] = [];
    for (const { entry: verified, position, verdict } of decided) {
      const { id, entry } = verified;
      const { offset, length } = position;
      const rows = getOrMake(places, entry.session, () => new Map<number, FiledPlace[]>());
      const number = rowOf(entry.sequence);
      const row = rows.get(number) ?? [...(await this.#places(KEY.places(entry.session, number)))];
      rows.set(number, row);
      row.push({ sequence: entry.sequence, height, offset, length });
      getOrMake(ids, groupOfId(id), () => []).push({ tag: tagOfId(id), offset, length });
      if (verdict.outcome !== "accepted") verdicts.push(put(KEY.verdict(id), encodeVerdictRow(verdict)));
    }
    return [
      ...this.#records.file(height, recordBytes),
      put(KEY.header(height), encodeHeader({ id: checkpointId, time })),
      ...[...places].flatMap(([session, rows]) =>
        [...rows].map(([number, row]) => put(KEY.places(session, number), encodePlaces(row))),
      ),
      ...[...ids].map(([group, row]) => put(KEY.ids(group, height), encodeIds(row))),
      ...verdicts,
      ...pastOperations(past, height),
    ];
  }

  /**
   * Entries at one place that were settled at `height` or before: one, or more when the log forked. They were verified
   * before they were filed.
   */
  async entriesAt(session: SessionId, sequence: Sequence, height: Height): Promise<readonly VerifiedEntry[]> {
    const entries = await this.entriesBetween(session, { from: sequence, to: (sequence + 1) as Sequence }, height);
    return [...(await this.#pastEntriesAt(session, sequence)), ...entries];
  }

  /** The same of the places from `from` up to, and without, `to`, but for what was settled before the start. */
  async entriesBetween(
    session: SessionId,
    { from, to }: { readonly from: Sequence; readonly to: Sequence },
    height: Height,
  ): Promise<readonly VerifiedEntry[]> {
    const entries: VerifiedEntry[] = [];
    for (let row = rowOf(from); row * PLACES_PER_ROW < to; row++) {
      const places = await this.#places(KEY.places(session, row));
      const wanted = places.filter(
        (place) => place.sequence >= from && place.sequence < to && place.height <= height && place.height > this.start,
      );
      const inOrder = wanted.toSorted((a, b) => a.sequence - b.sequence || a.height - b.height);
      for (const place of inOrder) entries.push(await this.entryAt(place));
    }
    return entries;
  }

  /** How an entry was decided, or `undefined` while it is not. */
  async settlement(id: EntryId): Promise<Settlement | undefined> {
    const tag = tagOfId(id);
    for (const { key, value } of await this.#store.list(PREFIX.ids(groupOfId(id)))) {
      const ids = decodeIds(value);
      if (!ids.ok) throw this.#damaged("where an entry lies");
      const height = heightOfIds(key);
      if (height <= this.start) continue;
      for (const filed of ids.value) {
        if (filed.tag !== tag) continue;
        const entry = await this.entryAt({ height, offset: filed.offset, length: filed.length });
        if (entry.id === id) return { height, verdict: (await this.#verdict(id)) ?? acceptedVerdict(entry) };
      }
    }
    return undefined;
  }

  /** @throws {StoreError} `store-damaged` when a record that must be there is not, or cannot be read */
  async record(height: Height): Promise<CheckpointRecord> {
    return this.#read(await this.recordBytes(height), height);
  }

  #read(bytes: Uint8Array | undefined, height: Height): CheckpointRecord {
    const decoded = bytes === undefined ? undefined : decodeCheckpointRecord(bytes);
    if (decoded?.ok !== true) throw this.#damaged(`checkpoint record ${height}`);
    return decoded.value;
  }

  /** Id and time of a checkpoint that is filed here. */
  async header(height: Height): Promise<CheckpointFact> {
    const header = await this.headerIfKnown(height);
    if (header === undefined) throw this.#damaged(`checkpoint ${height}`);
    return header;
  }

  /** The same, or `undefined` where it is of the time before the start and nothing since names it. */
  async headerIfKnown(height: Height): Promise<CheckpointFact | undefined> {
    const cached = this.#headers.get(height);
    if (cached !== undefined) return cached;
    const header = height <= this.start ? await this.#pastHeader(height) : await this.#filedHeader(height);
    if (header === undefined) return undefined;
    if (this.#headers.size >= HEADERS_CACHED_MAX) {
      const oldest = this.#headers.keys().next().value;
      if (oldest !== undefined) this.#headers.delete(oldest);
    }
    this.#headers.set(height, header);
    return header;
  }

  async #filedHeader(height: Height): Promise<CheckpointFact> {
    const row = await this.#store.get(KEY.header(height));
    const decoded = row === undefined ? undefined : decodeHeader(row);
    if (decoded?.ok !== true) throw this.#damaged(`checkpoint ${height}`);
    return decoded.value;
  }

  async #pastHeader(height: Height): Promise<CheckpointFact | undefined> {
    const row = await this.#store.get(KEY.pastCheckpoint(height));
    const verified = row === undefined ? undefined : verifyCheckpoint(row, this.#network);
    if (verified?.ok === false) throw this.#damaged(`checkpoint ${height}`);
    return verified && { id: verified.value.id, time: verified.value.checkpoint.time };
  }

  /**
   * The lookups that reconcile may make for these entries, fetched, as they were at `state`: a checkpoint that is replayed
   * finds what was settled before it, and not what it settled itself. What was before the start and did not come along with
   * anything since is not found.
   */
  async historyFor(entries: readonly VerifiedEntry[], state: LedgerState): Promise<History> {
    const places = new Map<string, readonly VerifiedEntry[]>();
    const headers = new Map<Height, CheckpointFact | undefined>();
    const settled = new Set<EntryId>();
    for (const { entry } of entries) {
      for (const { session, sequence } of placesAskedFor(entry, state)) {
        const place = placeName(session, sequence);
        if (!places.has(place)) places.set(place, await this.entriesAt(session, sequence, state.height));
      }
      for (const dependency of entry.dependencies ?? NO_DEPENDENCIES) {
        const settlement = await this.settlement(dependency);
        if (settlement !== undefined && settlement.height <= state.height) settled.add(dependency);
      }
      const { height } = entry.checkpoint;
      if (height > 0 && height < state.height && !headers.has(height))
        headers.set(height, await this.headerIfKnown(height));
    }
    return {
      entriesAt: (session, sequence) => places.get(placeName(session, sequence)) ?? [],
      isSettled: (entry) => settled.has(entry),
      checkpointAt: (height) => headers.get(height),
    };
  }

  /**
   * The same for entries that the next record decided, with what came along with it of their dependencies. Not all of them
   * are settled: what is void waits for nothing.
   */
  async historyOfRecord(entries: readonly VerifiedEntry[], state: LedgerState): Promise<History> {
    const history = await this.historyFor(entries, state);
    const settled = await this.#pastSettled((state.height + 1) as Height);
    return settled.size === 0
      ? history
      : { ...history, isSettled: (entry) => settled.has(entry) || history.isSettled(entry) };
  }

  /** Where everything was replayed: none. */
  async #pastSettled(height: Height): Promise<ReadonlySet<EntryId>> {
    if (this.start === 0) return new Set();
    const prefix = PREFIX.pastSettled(height);
    return new Set((await this.#store.list(prefix)).map(({ key }) => key.slice(prefix.length) as EntryId));
  }

  /** What the entries of the record of a height name of the time before it, as far as it is here. */
  async namedBy(entries: readonly DecodedEntry[], height: Height): Promise<NamedPast> {
    const checkpoints = new Map<Height, Uint8Array>();
    const settled = new Map<Link, DatedBytes>();
    const dependencies = new Map<EntryId, Height>();
    for (const id of await this.#pastSettled(height)) dependencies.set(id, 0 as Height);
    for (const { entry } of entries) {
      for (const dependency of entry.dependencies ?? NO_DEPENDENCIES) {
        const settlement = dependencies.has(dependency) ? undefined : await this.settlement(dependency);
        if (settlement !== undefined && settlement.height < height) dependencies.set(dependency, settlement.height);
      }
      const { height: named } = entry.checkpoint;
      if (named > 0 && named < height && !checkpoints.has(named)) {
        const signed = await this.signedCheckpoint(named);
        if (signed !== undefined) checkpoints.set(named, signed);
      }
      for (const sequence of [entry.sequence - 1, entry.sequence])
        if (sequence >= 0) await this.#addSettledAt(settled, { ...entry, sequence: toSequence(sequence) }, height);
    }
    return {
      checkpoints: [...checkpoints].map(([named, bytes]) => ({ height: named, bytes })),
      entries: [...settled.values()],
      settled: [...dependencies].map(([id, dated]) => ({ height: dated, id })),
    };
  }

  async #addSettledAt(settled: Map<Link, DatedBytes>, { session, sequence }: PlaceOfLog, below: Height): Promise<void> {
    const places = await this.#places(placesKey(session, sequence));
    for (const place of places)
      if (place.sequence === sequence && place.height < below && place.height > this.start) {
        const { link, bytes } = await this.entryAt(place);
        settled.set(link, { height: place.height, bytes });
      }
    // What came along here is older than the start of this replica; who started later has no use for it.
    for (const { link, bytes } of await this.#pastEntriesAt(session, sequence))
      settled.set(link, { height: 0 as Height, bytes });
  }

  /**
   * The signed bytes of a checkpoint, or `undefined` when this replica does not have it.
   * @throws {StoreError} `store-damaged` when they cannot be read
   */
  async signedCheckpoint(height: Height): Promise<Uint8Array | undefined> {
    const alone = await this.#store.get(KEY.pastCheckpoint(height));
    if (alone !== undefined) return alone;
    const beginning = await this.#records.beginning(height);
    if (beginning === undefined) return undefined;
    const signed = checkpointOfRecord(beginning);
    if (signed === undefined) throw this.#damaged(`checkpoint record ${height}`);
    return signed;
  }

  /** What came along with records since. None where everything was replayed. */
  async #pastEntriesAt(session: SessionId, sequence: Sequence): Promise<readonly VerifiedEntry[]> {
    if (this.start === 0) return [];
    const rows = await this.#store.list(PREFIX.pastEntry(session, sequence));
    return rows.map(({ value }) => {
      const decoded = decodeEntry(value, this.#network.tag);
      if (!decoded.ok) throw this.#damaged("an entry of before the start");
      // Verified before it was filed.
      return decoded.value as VerifiedEntry;
    });
  }

  async #places(key: string): Promise<readonly FiledPlace[]> {
    const row = await this.#store.get(key);
    const decoded = row === undefined ? undefined : decodePlaces(row);
    if (decoded?.ok === false) throw this.#damaged("places of a log");
    return decoded?.value ?? [];
  }

  async #verdict(id: EntryId): Promise<Verdict | undefined> {
    const row = await this.#store.get(KEY.verdict(id));
    const decoded = row === undefined ? undefined : decodeVerdictRow(row);
    if (decoded?.ok === false) throw this.#damaged("a settled verdict");
    return decoded?.value;
  }

  #damaged(what: string): StoreError {
    return new StoreError("store-damaged", `${this.#store.name}: ${what} cannot be read`);
  }
}

/** A record that was computed, and what it holds, in its order: that of ids, then links. */
export interface ComputedRecord {
  readonly height: Height;
  readonly recordBytes: Uint8Array;
  readonly entries: readonly VerifiedEntry[];
  /** In order of ids, each once. */
  readonly verdicts: readonly Verdict[];
}

/** The entries of a record that were decided with it, where they lie in it, and how they were decided. */
export function decidedOfRecord({ height, recordBytes, entries, verdicts }: ComputedRecord): readonly RecordedEntry[] {
  const offsets = entryOffsets(
    recordBytes,
    entries.map(({ bytes }) => bytes),
  );
  const decided: RecordedEntry[] = [];
  let next = 0;
  for (const [index, entry] of entries.entries()) {
    // Both are in order of ids.
    while (next < verdicts.length && (verdicts[next] as Verdict).entry < entry.id) next++;
    const verdict = verdicts[next];
    // A further signature on what is settled already is decided by no call, and need not be filed.
    if (verdict?.entry !== entry.id || !isDecided(verdict)) continue;
    const position = { height, offset: offsets[index] as number, length: entry.bytes.length };
    decided.push({ entry, position, verdict });
  }
  return decided;
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** What files a checkpoint whose record is not here. */
export function pastCheckpointOperation({ bytes, checkpoint }: VerifiedCheckpoint): StoreOperation {
  return put(KEY.pastCheckpoint(checkpoint.height), bytes);
}

function pastOperations({ checkpoints, entries, settled }: Past, height: Height): readonly StoreOperation[] {
  return [
    ...[...settled].map((id) => put(KEY.pastSettled(height, id), PRESENT)),
    ...checkpoints.map(pastCheckpointOperation),
    ...entries.map(({ entry, link, bytes }) => put(KEY.pastEntry(entry.session, entry.sequence, link), bytes)),
  ];
}

function rowOf(sequence: Sequence): number {
  return Math.floor(sequence / PLACES_PER_ROW);
}

/** The row that says where what was decided at a place lies. */
export function placesKey(session: SessionId, sequence: Sequence): string {
  return KEY.places(session, rowOf(sequence));
}

function placeName(session: SessionId, sequence: number): string {
  return `${session}/${sequence}`;
}
