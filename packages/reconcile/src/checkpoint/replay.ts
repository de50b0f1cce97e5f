/**
 * Replaying a checkpoint: from the state before and a record, compute the state after and compare (spec [CHP6]). Everything in
 * the record is verified here, signatures included; nothing of it is taken on trust but the order of time. A record that
 * holds anything superfluous, or leaves out anything it needs, does not give the roots that were signed, or is refused.
 */
import {
  decodeControlEntry,
  decodeEntry,
  equalBytes,
  err,
  ok,
  sessionOfGrant,
  verifyControlEntry,
  verifyInception,
  verifyLogsByTips,
  type AccountId,
  type CheckpointId,
  type ControlEntryError,
  type DecodedEntry,
  type DecodeError,
  type Height,
  type InceptionError,
  type PublicKey,
  type Result,
  type SessionId,
  type SessionLog,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
  type VerifyError,
} from "@amigos/core";
import type { History } from "../history.ts";
import { POLICIES } from "../policy.ts";
import { reconcile, type Reconciliation } from "../reconcile.ts";
import { accountOf, sessionOf, stateRoot, type LedgerState } from "../state/ledger-state.ts";
import { verifyCheckpoint, type CheckpointError, type VerifiedCheckpoint } from "./checkpoint.ts";
import { recordOf, type CheckpointRecord } from "./record.ts";
import { verdictsRoot } from "./verdicts-root.ts";

export interface Replayed {
  readonly state: LedgerState;
  readonly reconciliation: Reconciliation;
  readonly checkpoint: VerifiedCheckpoint;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
}

export type ReplayError =
  | CheckpointError
  | InceptionError
  | ControlEntryError
  | DecodeError
  | VerifyError
  /** It does not follow the state that was given: an older one, a later one, or one of another course of events. */
  | {
      readonly type: "checkpoint-not-next";
      readonly expected: { readonly height: Height; readonly previous: CheckpointId };
      readonly found: { readonly height: Height; readonly previous: CheckpointId };
    }
  | { readonly type: "time-went-backwards"; readonly time: number; readonly earliest: number }
  | { readonly type: "policy-unknown"; readonly policy: string }
  | { readonly type: "account-unknown"; readonly account: AccountId }
  | { readonly type: "session-unknown"; readonly session: SessionId }
  /** Items that decide nothing, stand twice or out of order. */
  | { readonly type: "record-not-canonical" }
  | {
      readonly type: "root-mismatch";
      readonly root: "state" | "verdicts";
      readonly expected: string;
      readonly found: string;
    };

type Items = Pick<Replayed, "inceptions" | "control" | "entries">;

/** Asynchronous only because runtimes verify many signatures at once that way; it reads nothing but its arguments. */
export async function replayCheckpoint(
  state: LedgerState,
  record: CheckpointRecord,
  history: History,
): Promise<Result<Replayed, ReplayError>> {
  const checkpoint = verifyCheckpoint(record.checkpoint, state.network);
  if (!checkpoint.ok) return checkpoint;
  const misplaced = whyNotNext(state, checkpoint.value);
  if (misplaced !== undefined) return err(misplaced);
  const { time, policy: policyName } = checkpoint.value.checkpoint;
  const policy = POLICIES.find(({ name }) => name === policyName);
  if (policy === undefined) return err({ type: "policy-unknown", policy: policyName });
  const items = await verifyItems(state, record);
  if (!items.ok) return items;
  const reconciliation = reconcile({ state, ...items.value, history, time, policy });
  const difference = whyNotEqual(reconciliation, checkpoint.value, items.value, record);
  if (difference !== undefined) return err(difference);
  return ok({
    ...items.value,
    state: { ...reconciliation.state, checkpoint: checkpoint.value.id },
    reconciliation,
    checkpoint: checkpoint.value,
  });
}

function whyNotNext(
  state: LedgerState,
  { checkpoint: { height, previous, time } }: VerifiedCheckpoint,
): ReplayError | undefined {
  const expected = { height: (state.height + 1) as Height, previous: state.checkpoint };
  if (height !== expected.height || previous !== expected.previous)
    return { type: "checkpoint-not-next", expected, found: { height, previous } };
  return time < state.time ? { type: "time-went-backwards", time, earliest: state.time } : undefined;
}

function whyNotEqual(
  reconciliation: Reconciliation,
  checkpoint: VerifiedCheckpoint,
  items: Items,
  record: CheckpointRecord,
): ReplayError | undefined {
  const roots = [
    {
      root: "state",
      expected: checkpoint.checkpoint.stateRoot as string,
      found: stateRoot(reconciliation.state) as string,
    },
    {
      root: "verdicts",
      expected: checkpoint.checkpoint.verdictsRoot as string,
      found: verdictsRoot(reconciliation) as string,
    },
  ] as const;
  const differing = roots.find(({ expected, found }) => expected !== found);
  if (differing !== undefined) return { type: "root-mismatch", ...differing };
  return isSameRecord(recordOf(reconciliation, checkpoint, items), record)
    ? undefined
    : { type: "record-not-canonical" };
}

async function verifyItems(state: LedgerState, record: CheckpointRecord): Promise<Result<Items, ReplayError>> {
  const inceptions = verifyInceptions(state, record.inceptions);
  if (!inceptions.ok) return inceptions;
  const control = verifyControl(state, record.control, inceptions.value);
  if (!control.ok) return control;
  const entries = await verifyEntries(state, record.entries, control.value);
  return entries.ok ? ok({ inceptions: inceptions.value, control: control.value, entries: entries.value }) : entries;
}

function verifyInceptions(
  state: LedgerState,
  rows: readonly Uint8Array[],
): Result<readonly VerifiedInception[], ReplayError> {
  return collect(rows, (bytes) => verifyInception(bytes, state.network.id));
}

function verifyControl(
  state: LedgerState,
  rows: readonly Uint8Array[],
  inceptions: readonly VerifiedInception[],
): Result<readonly VerifiedControlEntry[], ReplayError> {
  const newKeys = new Map<AccountId, PublicKey>(inceptions.map(({ id, inception }) => [id, inception.masterKey]));
  return collect<Uint8Array, VerifiedControlEntry>(rows, (bytes) => {
    const claimed = decodeControlEntry(bytes);
    if (!claimed.ok) return claimed;
    const { account } = claimed.value.entry;
    const masterKey = accountOf(state, account)?.keys?.masterKey ?? newKeys.get(account);
    return masterKey === undefined
      ? err({ type: "account-unknown", account })
      : verifyControlEntry(bytes, { id: account, network: state.network.id, masterKey });
  });
}

async function verifyEntries(
  state: LedgerState,
  rows: readonly Uint8Array[],
  control: readonly VerifiedControlEntry[],
): Promise<Result<readonly VerifiedEntry[], ReplayError>> {
  const decoded = collect(rows, (bytes) => decodeEntry(bytes, state.network.tag));
  if (!decoded.ok) return decoded;
  const newKeys = new Map<SessionId, PublicKey>(
    control.map((grant) => [sessionOfGrant(grant), grant.entry.operation.sessionKey]),
  );
  const logs = collect<readonly [SessionId, readonly DecodedEntry[]], SessionLog>(
    [...groupBySession(decoded.value)],
    ([session, entries]) => {
      const key =
        newKeys.get(session) ??
        entries.map(({ entry }) => sessionOf(state, entry.account, session)?.key).find((found) => found !== undefined);
      return key === undefined ? err({ type: "session-unknown", session }) : ok({ key, entries });
    },
  );
  if (!logs.ok) return logs;
  const verdicts = await verifyLogsByTips(logs.value);
  const [refused] = verdicts.flatMap((verdict) => verdict.refused);
  return refused === undefined ? ok(verdicts.flatMap(({ verified }) => verified)) : err(refused);
}

function groupBySession(entries: readonly DecodedEntry[]): ReadonlyMap<SessionId, readonly DecodedEntry[]> {
  const groups = new Map<SessionId, DecodedEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.entry.session);
    if (group === undefined) groups.set(entry.entry.session, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** All of them, or the first error. */
function collect<Row, Item>(
  rows: readonly Row[],
  verify: (row: Row) => Result<Item, ReplayError>,
): Result<readonly Item[], ReplayError> {
  const items: Item[] = [];
  for (const row of rows) {
    const verified = verify(row);
    if (!verified.ok) return verified;
    items.push(verified.value);
  }
  return ok(items);
}

function isSameRecord(a: CheckpointRecord, b: CheckpointRecord): boolean {
  return isSameList(a.inceptions, b.inceptions) && isSameList(a.control, b.control) && isSameList(a.entries, b.entries);
}

function isSameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, index) => equalBytes(bytes, b[index] as Uint8Array));
}
