/**
 * Checkpoint records: everything that a checkpoint decided, as the signed bytes it was decided from (spec [CHP5]). With the
 * state before, a record is all it takes to compute the state after: that is how a device checks the ledger instead
 * of trusting it. What was deferred or ignored left no trace in the state and is not in it.
 */
import {
  assert,
  body,
  byteString,
  decodeWith,
  encodeWith,
  err,
  field,
  limits,
  list,
  ok,
  version,
  type DecodeError,
  type EntryId,
  type Link,
  type Result,
  type Schema,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { compareText } from "../compare.ts";
import type { Reconciliation } from "../reconcile.ts";
import { distinct } from "../distinct.ts";
import { isDecided, type Outcome } from "../verdict.ts";
import { CHECKPOINT_BYTES_MAX, type VerifiedCheckpoint } from "./checkpoint.ts";

export interface CheckpointRecord {
  /** Signed bytes. */
  readonly checkpoint: Uint8Array;
  /** Signed bytes in order of account ids. */
  readonly inceptions: readonly Uint8Array[];
  /** Signed bytes in order of ids. */
  readonly control: readonly Uint8Array[];
  /** Signed bytes in order of ids, then links. */
  readonly entries: readonly Uint8Array[];
}

export interface RecordInput {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
}

/**
 * Inceptions, control entries and entries of one checkpoint together. A phone verifies a record before it shows anything
 * as settled: at about a millisecond per signature without native code this is ten seconds at the very worst, and
 * under 20 MiB. Whoever settles gives no more than this to one `reconcile`.
 */
export const CHECKPOINT_ITEMS_MAX = 10_000;

/** Every item a control entry of the largest kind, and the headers. */
const RECORD_BYTES_MAX: number = CHECKPOINT_ITEMS_MAX * (limits.CONTROL_ENTRY_BYTES_MAX + 3) + 1024;

interface VersionedRecord extends CheckpointRecord {
  readonly version: 1;
}

const recordSchema: Schema<VersionedRecord> = body<VersionedRecord>({
  version: field(0, version<1>(1)),
  checkpoint: field(1, byteString(CHECKPOINT_BYTES_MAX)),
  inceptions: field(2, list(byteString(limits.CONTROL_ENTRY_BYTES_MAX), CHECKPOINT_ITEMS_MAX)),
  control: field(3, list(byteString(limits.CONTROL_ENTRY_BYTES_MAX), CHECKPOINT_ITEMS_MAX)),
  entries: field(4, list(byteString(limits.ENTRY_BYTES_MAX), CHECKPOINT_ITEMS_MAX)),
});

/**
 * The record of a reconciliation that was sealed. `input` is what was given to `reconcile`: entries whose own signature is
 * valid, for what vouches for another (spec [LOG2]) may still be undecided, and would not be in the record.
 */
export function recordOf(
  reconciliation: Reconciliation,
  checkpoint: Pick<VerifiedCheckpoint, "bytes">,
  input: RecordInput,
): CheckpointRecord {
  const decided = new Set<string>(reconciliation.control.filter(isDecided).map(({ id }) => id));
  const isTaken = ({ link }: VerifiedControlEntry): boolean => reconciliation.controlTaken.has(link);
  const record = {
    checkpoint: checkpoint.bytes,
    inceptions: bytesInOrder(distinct(input.inceptions).filter(({ id }) => decided.has(id))),
    control: bytesInOrder(onceEach(input.control.filter(isTaken))),
    entries: bytesInOrder(decidedEntries(reconciliation, input.entries)),
  };
  assert(
    countItems(record) <= CHECKPOINT_ITEMS_MAX,
    "a checkpoint is made from no more items than its record may hold",
  );
  return record;
}

/** Those of the entries whose very signature a record holds, in its order. `entries` are the ones that it was made from. */
export function recordedOf(
  record: Pick<CheckpointRecord, "entries">,
  entries: readonly VerifiedEntry[],
): readonly VerifiedEntry[] {
  const byBytes = new Map(entries.map((entry) => [entry.bytes, entry]));
  return record.entries.flatMap((bytes) => byBytes.get(bytes) ?? []);
}

/** Where each entry's signed bytes begin in an encoded record: entries are the last of it, one after the other. */
export function entryOffsets(recordBytes: Uint8Array, entries: readonly Uint8Array[]): readonly number[] {
  const offsets: number[] = [];
  let end = recordBytes.length;
  for (const bytes of entries.toReversed()) {
    const start = end - bytes.length;
    offsets.push(start);
    end = start - headBytes(bytes.length);
  }
  return offsets.reverse();
}

export function encodeCheckpointRecord(record: CheckpointRecord): Uint8Array {
  return encodeWith<VersionedRecord>(recordSchema, { ...record, version: 1 });
}

/** Form and bounds alone; `replayCheckpoint` checks the rest. */
export function decodeCheckpointRecord(bytes: Uint8Array): Result<CheckpointRecord, DecodeError> {
  const decoded = decodeWith(recordSchema, bytes, RECORD_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { version: _version, ...record } = decoded.value;
  return countItems(record) <= CHECKPOINT_ITEMS_MAX
    ? ok(record)
    : err({ type: "schema-mismatch", path: "", expected: `at most ${CHECKPOINT_ITEMS_MAX} items` });
}

/** What a record of this version begins with: a map of five fields, its version, and the key of the checkpoint. */
const RECORD_HEAD = [0xa5, 0x00, 0x01, 0x01] as const;
/** Heads of byte strings whose length follows in one byte, or in two. */
const [BYTES_OF_ONE, BYTES_OF_TWO] = [0x58, 0x59];

/**
 * The signed checkpoint of an encoded record, without reading the thousands of items behind it. `beginning`: its first
 * kilobyte, or more. `undefined` where it is not how a record begins; nothing is said of the rest, and nothing is verified.
 */
export function checkpointOfRecord(beginning: Uint8Array): Uint8Array | undefined {
  if (RECORD_HEAD.some((byte, index) => beginning[index] !== byte)) return undefined;
  const at = RECORD_HEAD.length;
  const [head, high = 0, low = 0] = beginning.subarray(at);
  if (head !== BYTES_OF_ONE && head !== BYTES_OF_TWO) return undefined;
  const [start, length] = head === BYTES_OF_ONE ? [at + 2, high] : [at + 3, (high << 8) | low];
  const isWhole = length <= CHECKPOINT_BYTES_MAX && start + length <= beginning.length;
  return isWhole ? beginning.slice(start, start + length) : undefined;
}

/**
 * The entries that were decided, and further signatures on what is decided or settled: where a decided entry names its
 * predecessor by one of those, or a witness attested it. Without them a replay could not tell what is there, and in which
 * order. An entry that is rejected for a fork counts too: it had a say and a turn before the fork took its money.
 */
function decidedEntries(
  { verdicts, attestedLinks }: Reconciliation,
  entries: readonly VerifiedEntry[],
): readonly VerifiedEntry[] {
  // Everything that was given was decided, each under one signature: there are no further ones.
  if (verdicts.length === entries.length && verdicts.every(isDecided)) return entries;
  const outcomes = new Map<EntryId, Outcome>();
  for (const { entry, outcome } of verdicts) outcomes.set(entry, outcome);
  const isDecidedHere = ({ id }: VerifiedEntry): boolean =>
    outcomes.get(id) === "accepted" || outcomes.get(id) === "rejected";
  const decided = distinct(entries).filter(isDecidedHere);
  const named = new Set<Link>([...attestedLinks, ...decided.map(({ entry }) => entry.previous)]);
  const byLink = new Map<Link, VerifiedEntry>(decided.map((entry) => [entry.link, entry]));
  for (const entry of entries)
    if (named.has(entry.link) && outcomes.get(entry.id) !== "deferred") byLink.set(entry.link, entry);
  return [...byLink.values()];
}

function bytesInOrder(
  items: readonly { readonly id: string; readonly link?: Link; readonly bytes: Uint8Array }[],
): readonly Uint8Array[] {
  const inOrder = items.toSorted((a, b) => compareText(a.id, b.id) || compareText(a.link ?? "", b.link ?? ""));
  return inOrder.map(({ bytes }) => bytes);
}

function onceEach(control: readonly VerifiedControlEntry[]): readonly VerifiedControlEntry[] {
  return [...new Map(control.map((item) => [item.link, item])).values()];
}

/** Of a byte string of an entry's length, in its shortest form. */
function headBytes(length: number): number {
  return length < 24 ? 1 : length < 0x100 ? 2 : 3;
}

function countItems({ inceptions, control, entries }: Omit<CheckpointRecord, "checkpoint">): number {
  return inceptions.length + control.length + entries.length;
}
