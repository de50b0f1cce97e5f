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
  openedSession,
  verifyEntriesByTips,
  verifyInception,
  type AccountId,
  type CheckpointId,
  type ControlOperation,
  type ControlEntryError,
  type DecodeError,
  type Height,
  type InceptionError,
  type PublicKey,
  type Result,
  type SessionId,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
  type VerifyError,
} from "@amigos/core";
import { verifyControlWith, type KnownKeys } from "../control/verify-control.ts";
import { groupBy } from "../group-by.ts";
import type { History } from "../history.ts";
import { policyOf } from "../policy.ts";
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
  /** Those that are settled with it, or were: without what only weighed and is still undecided. */
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
  /** Another conflict policy than the network's, or one that is not known here. */
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

export function replayCheckpoint(
  state: LedgerState,
  record: CheckpointRecord,
  history: History,
): Result<Replayed, ReplayError> {
  const checkpoint = verifyCheckpoint(record.checkpoint, state.network);
  if (!checkpoint.ok) return checkpoint;
  const misplaced = whyNotNext(state, checkpoint.value);
  if (misplaced !== undefined) return err(misplaced);
  const { time, policy: policyName } = checkpoint.value.checkpoint;
  const policy = policyOf(state.network);
  if (policy?.name !== policyName) return err({ type: "policy-unknown", policy: policyName });
  const items = verifyItems(state, record);
  if (!items.ok) return items;
  const reconciliation = reconcile({ state, ...items.value, history, time });
  const difference = whyNotEqual(reconciliation, checkpoint.value, items.value, record);
  if (difference !== undefined) return err(difference);
  const deferred = new Set(
    reconciliation.verdicts.filter(({ outcome }) => outcome === "deferred").map(({ entry }) => entry),
  );
  return ok({
    ...items.value,
    entries: items.value.entries.filter(({ id }) => !deferred.has(id)),
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

function verifyItems(state: LedgerState, record: CheckpointRecord): Result<Items, ReplayError> {
  const inceptions = verifyInceptions(state, record.inceptions);
  if (!inceptions.ok) return inceptions;
  const control = verifyControl(state, record.control, inceptions.value);
  if (!control.ok) return control;
  const entries = verifyEntries(state, record.entries, control.value);
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
  const decoded = collect(rows, decodeControlEntry);
  if (!decoded.ok) return decoded;
  const known = keysOfRecord(
    state,
    inceptions,
    decoded.value.map(({ entry, entryId }) => ({ id: entryId, entry })),
  );
  return collect(rows, (bytes, index) => {
    const { entry } = decoded.value[index] as (typeof decoded.value)[number];
    return known.mastersOf(entry.account).length === 0
      ? err({ type: "account-unknown", account: entry.account })
      : verifyControlWith(known, bytes, entry);
  });
}

/** The keys of the state, and whatever the record itself brings. Which of them count, reconcile says. */
function keysOfRecord(
  state: LedgerState,
  inceptions: readonly VerifiedInception[],
  control: readonly Pick<VerifiedControlEntry, "id" | "entry">[],
): KnownKeys {
  const begun = new Map(inceptions.map(({ id, inception }) => [id, inception]));
  const byAccount = groupBy(control, ({ entry }) => entry.account);
  const operationsOf = (account: AccountId): readonly ControlOperation[] =>
    (byAccount.get(account) ?? []).map(({ entry: { operation } }) => operation);
  const sessionKeys = new Map(
    control.flatMap((item) => {
      const opened = openedSession(item);
      return opened === undefined ? [] : [[opened.id, opened.terms.sessionKey] as const];
    }),
  );
  return {
    network: state.network.id,
    mastersOf: (account) =>
      [
        accountOf(state, account)?.keys?.masterKey,
        begun.get(account)?.masterKey,
        ...operationsOf(account).map((operation) => ("masterKey" in operation ? operation.masterKey : undefined)),
      ].filter((key) => key !== undefined),
    recoveriesOf: (account) =>
      [
        accountOf(state, account)?.recovery,
        begun.get(account)?.recovery,
        ...operationsOf(account).map((operation) => ("recovery" in operation ? operation.recovery : undefined)),
      ].filter((recovery) => recovery !== undefined),
    sessionKeyOf: (account, session) => sessionKeys.get(session) ?? sessionOf(state, account, session)?.key,
    mayBecomeMaster: () => true,
  };
}

function verifyEntries(
  state: LedgerState,
  rows: readonly Uint8Array[],
  control: readonly VerifiedControlEntry[],
): Result<readonly VerifiedEntry[], ReplayError> {
  const decoded = collect(rows, (bytes) => decodeEntry(bytes, state.network.tag));
  if (!decoded.ok) return decoded;
  const newKeys = new Map<SessionId, PublicKey>(
    control.flatMap((item) => {
      const opened = openedSession(item);
      return opened === undefined ? [] : [[opened.id, opened.terms.sessionKey] as const];
    }),
  );
  const verified: VerifiedEntry[] = [];
  for (const [session, entries] of groupBy(decoded.value, ({ entry }) => entry.session)) {
    const key =
      newKeys.get(session) ??
      entries.map(({ entry }) => sessionOf(state, entry.account, session)?.key).find((found) => found !== undefined);
    if (key === undefined) return err({ type: "session-unknown", session });
    const { verified: authentic, refused } = verifyEntriesByTips(entries, key);
    const [first] = refused;
    if (first !== undefined) return err(first);
    verified.push(...authentic);
  }
  return ok(verified);
}

/** All of them, or the first error. */
function collect<Row, Item>(
  rows: readonly Row[],
  verify: (row: Row, index: number) => Result<Item, ReplayError>,
): Result<readonly Item[], ReplayError> {
  const items: Item[] = [];
  for (const [index, row] of rows.entries()) {
    const verified = verify(row, index);
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
