/**
 * Settling: what goes into the next checkpoint, what a record that arrived computes to, and what a checkpoint changes in
 * the journal and in what is known. The ledger's one authority chooses and seals; everybody computes (design section 6).
 */
import {
  err,
  isOrdered,
  ok,
  timeMs,
  type AccountId,
  type EntryId,
  type Link,
  type OrderedControl,
  type Result,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import {
  decodeCheckpointRecord,
  encodeCheckpointRecord,
  encodeLedgerState,
  isDecided,
  recordedOf,
  recordOf,
  reconcile,
  replayCheckpoint,
  sealCheckpoint,
  verifyCheckpoint,
  type CheckpointRecord,
  type LedgerState,
  type Reconciliation,
  type RecordInput,
  type Verdict,
  type CheckpointError,
  type ReplayError,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import type { Contradiction } from "../journal/contradiction-row.ts";
import { historyOperations, type RecordedEntry } from "../journal/history-row.ts";
import { KEY, put, remove } from "../journal/journal.ts";
import type { StoreOperation } from "../ports/store.ts";
import { decidedOfRecord } from "./archive.ts";
import { recordOperations, type NewRecords } from "./directory.ts";
import { findForks, forkOperations, keepForks, type Forks } from "./forks.ts";
import type { Knowledge } from "./knowledge.ts";
import {
  historyWithPast,
  NO_PAST,
  NO_PAST_BYTES,
  verifyPast,
  type EncodedPast,
  type Past,
  type PastError,
} from "./past.ts";
import type { WaitingAccount } from "./registrations.ts";
import { accountsOf, keepRecords, sessionKeyOf } from "./taking-in.ts";
import { undecidedKey } from "./undecided.ts";

/**
 * How often a state is kept, by how many entries the checkpoint decides: opening replays what came since, which is so some
 * sixteen thousand entries at most, and a ledger in which little happens is seldom written anew.
 */
function snapshotEvery(entries: number): number {
  if (entries >= 2048) return 4;
  return entries >= 512 ? 8 : 32;
}

/** Entries of one checkpoint, and apart from them records: well below the protocol's bound for both together. */
const ENTRIES_PER_CHECKPOINT_MAX = 4096;
const RECORDS_PER_CHECKPOINT_MAX = 2048;

/** Signed bytes in one checkpoint, so that its record is sent whole to a reader who has not begun to read yet. */
const BYTES_PER_CHECKPOINT_MAX: number = 4 * 1024 * 1024;

/** Of those, for records: whatever accounts say about themselves, there is room for payments. */
const RECORD_BYTES_PER_CHECKPOINT_MAX: number = BYTES_PER_CHECKPOINT_MAX / 2;

/** Why a record is not followed. */
export type CheckpointRefusal =
  | ReplayError
  | PastError
  | Contradiction
  /** Not signed by the authority: whoever sent it is at fault, and it says nothing of the ledger. */
  | { readonly type: "record-not-authentic"; readonly error: CheckpointError };

/** A checkpoint that was computed here and is not durable yet. */
export interface Commit {
  readonly state: LedgerState;
  readonly reconciliation: Reconciliation;
  readonly checkpoint: VerifiedCheckpoint;
  readonly recordBytes: Uint8Array;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  /** Every signed variant of what it decided, as far as it is known here. */
  readonly decided: readonly VerifiedEntry[];
  /** Those that its record holds. Only these are settled: a later record rests on no others (spec [CHP5]). */
  readonly recorded: readonly RecordedEntry[];
  readonly forks: Forks;
  /** What came along with its record of the time before the start. */
  readonly past: Past;
}

/** Seals what can be decided now. */
export async function sealNext(knowledge: Knowledge, time: TimeMs, authority: Signer): Promise<Commit> {
  const { settled, archive } = knowledge;
  const given = chooseForCheckpoint(knowledge);
  const reconciliation = reconcile({
    state: settled,
    ...given,
    history: await archive.historyFor(given.entries, settled),
    time: timeMs(Math.max(time, settled.time)),
  });
  const { state, checkpoint } = await sealCheckpoint({ reconciliation, previous: settled, signer: authority });
  const record = recordOf(reconciliation, checkpoint, given);
  const decided = decidedOf(knowledge, reconciliation, given.entries);
  const recordBytes = encodeCheckpointRecord(record);
  const recorded = decidedOfRecord({
    height: state.height,
    recordBytes,
    entries: recordedOf(record, given.entries),
    verdicts: reconciliation.verdicts,
  });
  const forks = await forksOf(knowledge, { ...given, reconciliation, decided, recorded });
  return { ...given, state, reconciliation, checkpoint, recordBytes, decided, recorded, forks, past: NO_PAST };
}

/**
 * Computes a record that arrived, with what came along with it. `known` when it is one of those that this replica has, or
 * of the time before its start.
 */
export async function replayRecord(
  knowledge: Knowledge,
  recordBytes: Uint8Array,
  encodedPast: EncodedPast = NO_PAST_BYTES,
): Promise<Result<Commit | "known", CheckpointRefusal>> {
  const record = decodeCheckpointRecord(recordBytes);
  if (!record.ok) return err({ type: "record-not-authentic", error: record.error });
  const misplaced = await whyMisplaced(knowledge, record.value);
  if (misplaced !== undefined) return misplaced;
  const { settled, archive } = knowledge;
  const past = await verifyPast(knowledge, encodedPast, record.value);
  if (!past.ok) return past;
  const replayed = await replayCheckpoint(settled, record.value, async (entries) =>
    historyWithPast(await archive.historyOfRecord(entries, settled), past.value),
  );
  if (!replayed.ok) return replayed;
  const { state, reconciliation, entries } = replayed.value;
  const decided = decidedOf(knowledge, reconciliation, entries);
  const { verdicts } = reconciliation;
  const recorded = decidedOfRecord({ height: state.height, recordBytes, entries, verdicts });
  const forks = await forksOf(knowledge, { ...replayed.value, decided, recorded });
  return ok({ ...replayed.value, recordBytes, decided, recorded, forks, past: past.value });
}

/** What makes it durable, in one batch. `account`: whose history is kept. `snapshot`: where states are kept to go on from. */
export async function commitOperations(
  knowledge: Knowledge,
  commit: Commit,
  account: AccountId | undefined,
  snapshot: string = KEY.snapshot,
): Promise<readonly StoreOperation[]> {
  const { state, checkpoint, recordBytes, decided, recorded, forks, past } = commit;
  const waiting = decided.filter(({ entry, link }) => knowledge.undecided.has(entry.session, link));
  const operations = [
    ...recordOperations(recordsOf(commit)),
    ...(await knowledge.archive.file({
      checkpoint: { id: checkpoint.id, height: state.height, time: state.time },
      recordBytes,
      decided: recorded,
      past,
    })),
    ...waiting.map((entry) => remove(undecidedKey(entry))),
    ...forkOperations(forks),
    ...(account === undefined ? [] : historyOperations(account, recorded)),
  ];
  return state.height % snapshotEvery(recorded.length) === 0
    ? [...operations, put(snapshot, encodeLedgerState(state))]
    : operations;
}

/** What a directory keeps of it. Recoveries are the ledger's business alone. */
function recordsOf({ inceptions, control }: Pick<Commit, "inceptions" | "control">): NewRecords {
  return { inceptions, control: control.filter(isOrdered) };
}

/** For what is durable now. Returns the accounts about which something is new. */
export function keepCommit(knowledge: Knowledge, commit: Commit): Set<AccountId> {
  const { decided, state, reconciliation, forks } = commit;
  knowledge.settled = state;
  const isNews = accountsOf({
    inceptions: commit.inceptions.filter(({ id }) => knowledge.directory.inception(id) === undefined),
    control: recordsOf(commit).control.filter(
      ({ entry, link }) => !knowledge.directory.control(entry.account).some((known) => known.link === link),
    ),
  });
  keepRecords(knowledge, recordsOf(commit));
  keepForks(knowledge, forks);
  for (const entry of decided) {
    knowledge.access.note(entry);
    knowledge.undecided.remove(entry);
  }
  const sides = knowledge.evidence.sides();
  for (const verdict of reconciliation.verdicts)
    if (sides.has(verdict.entry) && isDecided(verdict))
      knowledge.evidence.settle(verdict.entry, { height: state.height, verdict });
  knowledge.registrations.reviewAll(state);
  return isNews;
}

/**
 * Oldest first, and who had a turn and is not done last, sessions and accounts alike. Records count before entries, for
 * entries rest on them.
 */
function chooseForCheckpoint({ registrations, recoveries, undecided, settled }: Knowledge): RecordInput {
  const { records, bytes: recordBytes } = chooseRecords(registrations.waiting(settled));
  // Few at any time, and one may be a veto.
  const said = recoveries.all();
  let bytes = said.reduce((sum, control) => sum + control.bytes.length, recordBytes);
  const entries: VerifiedEntry[] = [];
  for (const entry of undecided.all()) {
    bytes += entry.bytes.length;
    if (entries.length >= ENTRIES_PER_CHECKPOINT_MAX || bytes > BYTES_PER_CHECKPOINT_MAX) break;
    entries.push(entry);
  }
  return { ...records, control: [...said, ...records.control], entries };
}

/** One record of every account, then the second of each, and so on: however much one has to say, nobody waits behind it. */
function chooseRecords(waiting: readonly WaitingAccount[]): { readonly records: NewRecords; readonly bytes: number } {
  const inceptions: VerifiedInception[] = [];
  const control: OrderedControl[] = [];
  let bytes = 0;
  const take = <Item extends { readonly bytes: Uint8Array }>(chosen: Item[], item: Item): boolean => {
    const isFull = chosen.length >= RECORDS_PER_CHECKPOINT_MAX;
    if (isFull || bytes + item.bytes.length > RECORD_BYTES_PER_CHECKPOINT_MAX) return false;
    chosen.push(item);
    bytes += item.bytes.length;
    return true;
  };
  let turns = waiting;
  for (let round = 0; turns.length > 0; round++)
    // What does not fit ends its account's turn, for what follows rests on it.
    turns = turns.filter((turn) => {
      if (round === 0 && turn.inception !== undefined) return take(inceptions, turn.inception);
      const next = turn.control[turn.inception === undefined ? round : round - 1];
      return next !== undefined && take(control, next);
    });
  return { records: { inceptions, control }, bytes };
}

/** A record that cannot be the next one: one that is here already, or the authority's second word about a height. */
async function whyMisplaced(
  { archive, network, settled }: Knowledge,
  record: CheckpointRecord,
): Promise<Result<"known", CheckpointRefusal> | undefined> {
  const verified = verifyCheckpoint(record.checkpoint, network);
  if (!verified.ok) return err({ type: "record-not-authentic", error: verified.error });
  const { height, previous } = verified.value.checkpoint;
  if (height > settled.height + 1 || height === 0) return undefined;
  const isNext = height === settled.height + 1;
  const found = isNext ? previous : verified.value.id;
  // Of the time before the start nobody can say whether it is another one: it is not followed either way.
  const followed = isNext ? settled.checkpoint : ((await archive.headerIfKnown(height))?.id ?? found);
  if (followed === found) return isNext ? undefined : ok("known");
  return err({ type: "checkpoint-contradicted", height: isNext ? settled.height : height, followed, found });
}

/** Which entries a reconciliation decided for good, with every variant of them that waits here. */
function decidedOf(
  { undecided }: Knowledge,
  { verdicts }: Reconciliation,
  given: readonly VerifiedEntry[],
): readonly VerifiedEntry[] {
  const decided = isEachDecided(verdicts, given) ? given : decidedAmong(verdicts, given);
  const variants = decided.flatMap((entry) => undecided.variantsOf(entry));
  if (variants.length === 0) return decided;
  const links = new Set<Link>(decided.map(({ link }) => link));
  return [...decided, ...new Set(variants.filter(({ link }) => !links.has(link)))];
}

/** As in most records: there is one verdict for each id. */
function isEachDecided(verdicts: readonly Verdict[], given: readonly VerifiedEntry[]): boolean {
  return verdicts.length === given.length && verdicts.every(isDecided);
}

function decidedAmong(verdicts: readonly Verdict[], given: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  const ids = new Set<EntryId>();
  for (const verdict of verdicts) if (isDecided(verdict)) ids.add(verdict.entry);
  return given.filter(({ id }) => ids.has(id));
}

/**
 * What a checkpoint forks here. What the ledger itself proves may have a side that it does not decide yet, and what vouches for
 * a session may be of the same record.
 */
function forksOf(
  knowledge: Knowledge,
  commit: Pick<Commit, "reconciliation" | "inceptions" | "control" | "decided" | "recorded">,
): Promise<Forks> {
  const { reconciliation, decided, recorded } = commit;
  const sides = reconciliation.evidence.flatMap((proof) => (proof.type === "equivocation" ? [proof.a, proof.b] : []));
  const records = recordsOf(commit);
  return findForks(knowledge, [...decided, ...sides], {
    settling: recorded.map(({ entry }) => entry),
    keyOf: (session) => sessionKeyOf(knowledge, session, records)?.key,
  });
}
