/**
 * What a checkpoint record names of the time before a wallet's start (spec [PEER9]): the checkpoints that its entries were
 * signed on, and what was settled at their places. Whoever has the whole past sends it along, and the wallet files it.
 * A checkpoint proves itself. That an entry was settled before the start is not proven here: that the roots of the record
 * come out as they were signed shows it, where it matters to them.
 */
import {
  body,
  byteString,
  decodeEntry,
  decodeWith,
  encodeWith,
  field,
  id,
  limits,
  list,
  ok,
  verifyEntries,
  type DecodedEntry,
  type DecodeError,
  type EntryId,
  type Network,
  type Result,
  type Schema,
  type SessionId,
  type SignedEntry,
  type VerifiedEntry,
  type VerifyError,
} from "@amigos/core";
import {
  CHECKPOINT_BYTES_MAX,
  CHECKPOINT_ITEMS_MAX,
  verifyCheckpoint,
  type CheckpointError,
  type CheckpointRecord,
  type History,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import { CHECKPOINT_PART_BYTES, CHECKPOINT_PARTS_MAX } from "../peer/messages.ts";
import type { Knowledge } from "./knowledge.ts";

/** Signed bytes. */
export interface EncodedPast {
  readonly checkpoints: readonly Uint8Array[];
  readonly entries: readonly Uint8Array[];
  /** Of entries that were settled, on which entries of the record depend. Left out: none. */
  readonly settled?: readonly EntryId[];
}

/** What of it is authentic and asked for. */
export interface Past {
  readonly checkpoints: readonly VerifiedCheckpoint[];
  readonly entries: readonly VerifiedEntry[];
  readonly settled: ReadonlySet<EntryId>;
}

export type PastError = DecodeError | CheckpointError | VerifyError;

export const NO_PAST: Past = { checkpoints: [], entries: [], settled: new Set() };
export const NO_PAST_BYTES: EncodedPast = { checkpoints: [], entries: [], settled: [] };

interface RecordWithPast extends Required<EncodedPast> {
  readonly record: Uint8Array;
}

/** As many parts as a record may have: past and record together are far smaller than a record can be. */
const BYTES_MAX: number = CHECKPOINT_PARTS_MAX * CHECKPOINT_PART_BYTES;
/** An entry names one checkpoint, and two places: its own and the one before. At each there may be sides of a fork. */
const PAST_ITEMS_MAX: number = 4 * CHECKPOINT_ITEMS_MAX;

/** Every dependency of every entry. */
const SETTLED_MAX: number = limits.DEPENDENCIES_MAX * CHECKPOINT_ITEMS_MAX;

const recordWithPastSchema: Schema<RecordWithPast> = body<RecordWithPast>({
  record: field(0, byteString(BYTES_MAX)),
  checkpoints: field(1, list(byteString(CHECKPOINT_BYTES_MAX), PAST_ITEMS_MAX)),
  entries: field(2, list(byteString(limits.ENTRY_BYTES_MAX), PAST_ITEMS_MAX)),
  settled: field(3, list(id<EntryId>(), SETTLED_MAX)),
});

/** At the most, of the head of an item. */
const HEAD_BYTES = 5;
/** Of an encoded id. */
const ID_BYTES = 34;

/**
 * Of more entries than there may be, the first: nobody signs so many for one place whose log is not void there, and what is
 * void is judged without them.
 */
export function encodeRecordWithPast(record: Uint8Array, past: EncodedPast): Uint8Array {
  const { checkpoints, settled = [] } = past;
  let room = BYTES_MAX - record.length - settled.length * ID_BYTES - 8 * HEAD_BYTES;
  for (const bytes of checkpoints) room -= bytes.length + HEAD_BYTES;
  const entries: Uint8Array[] = [];
  for (const bytes of past.entries) {
    room -= bytes.length + HEAD_BYTES;
    if (room < 0 || entries.length === PAST_ITEMS_MAX) break;
    entries.push(bytes);
  }
  return encodeWith(recordWithPastSchema, { record, checkpoints, entries, settled });
}

export function decodeRecordWithPast(bytes: Uint8Array): Result<RecordWithPast, DecodeError> {
  return decodeWith(recordWithPastSchema, bytes, BYTES_MAX);
}

/**
 * Checks what came along with a record. What no entry of the record asks for, and what cannot have been settled before the
 * start, is left out: nobody fills a wallet's disk with a past of his own.
 */
export async function verifyPast(
  knowledge: Knowledge,
  encoded: EncodedPast,
  record: CheckpointRecord,
): Promise<Result<Past, PastError>> {
  const { settled = [] } = encoded;
  if (encoded.checkpoints.length + encoded.entries.length + settled.length === 0) return ok(NO_PAST);
  const entries = entriesOf(record, knowledge.network);
  const checkpoints = verifyCheckpoints(knowledge, encoded.checkpoints, entries);
  if (!checkpoints.ok) return checkpoints;
  const places = new Set(
    entries.flatMap(({ entry: { session, sequence } }) => [
      placeName(session, sequence),
      placeName(session, sequence - 1),
    ]),
  );
  const signed: SignedEntry[] = [];
  for (const bytes of encoded.entries) {
    const entry = decodeEntry(bytes, knowledge.network.tag);
    if (!entry.ok) return entry;
    const { session, sequence, account } = entry.value.entry;
    const owner = knowledge.directory.session(session);
    const isAskedFor = places.has(placeName(session, sequence)) && knowledge.mayBeBeforeStart(entry.value.entry);
    if (isAskedFor && owner?.account === account) signed.push({ entry: entry.value, key: owner.key });
  }
  const verified: VerifiedEntry[] = [];
  for (const entry of await verifyEntries(signed)) {
    if (!entry.ok) return entry;
    verified.push(entry.value);
  }
  const dependencies = new Set(entries.flatMap(({ entry }) => entry.dependencies ?? []));
  const named = knowledge.start === undefined ? [] : settled.filter((entry) => dependencies.has(entry));
  return ok({ checkpoints: checkpoints.value, entries: verified, settled: new Set(named) });
}

/** What can be read of a record, verified or not: only to look up what it names. */
export function entriesOf(record: Pick<CheckpointRecord, "entries">, network: Network): readonly DecodedEntry[] {
  return record.entries.flatMap((bytes) => {
    const entry = decodeEntry(bytes, network.tag);
    return entry.ok ? [entry.value] : [];
  });
}

function verifyCheckpoints(
  { network, archive }: Knowledge,
  encoded: readonly Uint8Array[],
  entries: readonly DecodedEntry[],
): Result<readonly VerifiedCheckpoint[], CheckpointError> {
  const named = new Set(entries.map(({ entry }) => entry.checkpoint.height));
  const checkpoints: VerifiedCheckpoint[] = [];
  for (const bytes of encoded) {
    const checkpoint = verifyCheckpoint(bytes, network);
    if (!checkpoint.ok) return checkpoint;
    const { height } = checkpoint.value.checkpoint;
    if (height < archive.start && named.delete(height)) checkpoints.push(checkpoint.value);
  }
  return ok(checkpoints);
}

/** What is known, and beside it what came along. */
export function historyWithPast(history: History, { checkpoints, entries, settled }: Past): History {
  const facts = new Map(
    checkpoints.map((one) => [one.checkpoint.height, { id: one.id, time: one.checkpoint.time }] as const),
  );
  const places = groupByPlace(entries);
  return {
    ...history,
    entriesAt: (session, sequence) => [
      ...history.entriesAt(session, sequence),
      ...(places.get(placeName(session, sequence)) ?? []),
    ],
    isSettled: (entry) => settled.has(entry) || history.isSettled(entry),
    checkpointAt: (height) => history.checkpointAt(height) ?? facts.get(height),
  };
}

function groupByPlace(entries: readonly VerifiedEntry[]): ReadonlyMap<string, readonly VerifiedEntry[]> {
  const places = new Map<string, VerifiedEntry[]>();
  for (const verified of entries) {
    const name = placeName(verified.entry.session, verified.entry.sequence);
    const place = places.get(name);
    if (place === undefined) places.set(name, [verified]);
    else place.push(verified);
  }
  return places;
}

function placeName(session: SessionId, sequence: number): string {
  return `${session}/${sequence}`;
}
