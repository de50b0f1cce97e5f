/**
 * Checkpoint records: everything that a checkpoint decided, as the signed bytes it was decided from (spec [CHP5]). With the
 * state before, a record is all it takes to compute the state after: that is how a device checks the ledger instead
 * of trusting it. What was deferred or ignored is in it only where it left a trace in the state: where it acted or weighed.
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
  verifyEntriesByTips,
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
import { byText } from "../compare.ts";
import type { Reconciliation } from "../reconcile.ts";
import { distinct } from "../distinct.ts";
import { groupBy } from "../group-by.ts";
import { isVoidCode } from "../rules/void.ts";
import { sessionOf, type LedgerState } from "../state/ledger-state.ts";
import { isDecided, type Verdict } from "../verdict.ts";
import { CHECKPOINT_BYTES_MAX, type VerifiedCheckpoint } from "./checkpoint.ts";

export interface CheckpointRecord {
  /** Signed bytes. */
  readonly checkpoint: Uint8Array;
  /** Signed bytes in order of account ids. */
  readonly inceptions: readonly Uint8Array[];
  /** Signed bytes in order of ids, then links. */
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

/** The record of a reconciliation that was sealed. `input` is what was given to `reconcile`. */
export function recordOf(
  reconciliation: Reconciliation,
  checkpoint: VerifiedCheckpoint,
  input: RecordInput,
): CheckpointRecord {
  const begun = new Set<string>(reconciliation.control.filter(isDecided).map(({ id }) => id));
  const counted = new Map(
    input.control.filter(({ link }) => reconciliation.traces.control.has(link)).map((item) => [item.link, item]),
  );
  const inceptions = distinct(input.inceptions).filter(({ id }) => begun.has(id));
  const entries = entriesOf(reconciliation, input.entries);
  assert(
    inceptions.length + counted.size + entries.length <= CHECKPOINT_ITEMS_MAX,
    "a checkpoint is made from no more items than its record may hold",
  );
  return {
    checkpoint: checkpoint.bytes,
    inceptions: bytesInOrder(inceptions),
    control: bytesInOrder([...counted.values()]),
    entries: bytesInOrder(withVouchers(reconciliation, entries, input.entries)),
  };
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

/**
 * The entries that were decided or weighed, and further signatures on a body: where one of those entries names its
 * predecessor by it, or a witness attested it. Without them a replay could not tell what is there, and in which order.
 */
function entriesOf({ verdicts, traces }: Reconciliation, entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  const byId = new Map<EntryId, Verdict>(verdicts.map((verdict) => [verdict.entry, verdict]));
  const belongs = ({ id }: VerifiedEntry): boolean =>
    isDecided(byId.get(id) ?? { outcome: "deferred" }) || traces.entries.has(id);
  const recorded = distinct(entries).filter(belongs);
  const named = new Set<Link>([
    ...traces.links,
    ...recorded.filter(({ id }) => !isVoid(byId.get(id))).map(({ entry }) => entry.previous),
  ]);
  const byLink = new Map<Link, VerifiedEntry>(recorded.map((entry) => [entry.link, entry]));
  for (const entry of entries) if (named.has(entry.link)) byLink.set(entry.link, entry);
  return [...byLink.values()];
}

/**
 * Adds what vouches for signatures that are not valid themselves: an entry may be authentic through what follows it (spec
 * [LOG2]), and that may still be undecided. Without it nobody could verify the record.
 */
function withVouchers(
  { state }: Reconciliation,
  recorded: readonly VerifiedEntry[],
  given: readonly VerifiedEntry[],
): readonly VerifiedEntry[] {
  const givenByPrevious = groupBy(given, ({ entry }) => entry.previous);
  return [...groupBy(recorded, ({ entry }) => entry.session).values()].flatMap((log) => {
    const vouched = new Map<Link, VerifiedEntry>(log.map((entry) => [entry.link, entry]));
    for (;;) {
      const unvouched = unvouchedIn([...vouched.values()], state);
      if (unvouched.length === 0) return [...vouched.values()];
      const before = vouched.size;
      for (const { link } of unvouched)
        for (const next of givenByPrevious.get(link) ?? []) vouched.set(next.link, next);
      assert(vouched.size > before, "what is given vouches for what is given");
    }
  });
}

/** Entries of one session that nothing among them vouches for. */
function unvouchedIn(log: readonly VerifiedEntry[], state: LedgerState): readonly VerifiedEntry[] {
  const { account, session } = (log[0] as VerifiedEntry).entry;
  const key = sessionOf(state, account, session)?.key;
  assert(key !== undefined, "what was decided is of a session that is known");
  const vouched = new Set(verifyEntriesByTips(log, key).verified.map(({ link }) => link));
  return log.filter(({ link }) => !vouched.has(link));
}

/** Such an entry is void whatever it names, so it needs no predecessor. */
function isVoid(verdict: Verdict | undefined): boolean {
  return verdict?.outcome === "rejected" && isVoidCode(verdict.failure.code);
}

function bytesInOrder(
  items: readonly { readonly id: string; readonly link?: Link; readonly bytes: Uint8Array }[],
): readonly Uint8Array[] {
  return items.toSorted(byText(({ id, link }) => `${id}${link ?? ""}`)).map(({ bytes }) => bytes);
}

function countItems({ inceptions, control, entries }: Omit<CheckpointRecord, "checkpoint">): number {
  return inceptions.length + control.length + entries.length;
}
