/**
 * Replaying a checkpoint: from the state before and a record, compute the state after and compare (spec [CHP6]). Everything in
 * the record is verified here, signatures included; nothing of it is taken on trust but the order of time. A record that
 * holds anything superfluous, or leaves out anything it needs, does not give the roots that were signed, or is refused.
 */
import { equalBytes, err, ok, type CheckpointId, type Height, type Result, type VerifiedEntry } from "@amigos/core";
import type { History } from "../history.ts";
import { policyOf } from "../policy.ts";
import { reconcile, type Reconciliation } from "../reconcile.ts";
import { stateRoot, type LedgerState } from "../state/ledger-state.ts";
import { verifyCheckpoint, type CheckpointError, type VerifiedCheckpoint } from "./checkpoint.ts";
import { recordOf, type CheckpointRecord } from "./record.ts";
import { verdictsRoot } from "./verdicts-root.ts";
import { verifyItems, type ItemError, type VerifiedItems } from "./verify-items.ts";

export interface Replayed extends VerifiedItems {
  readonly state: LedgerState;
  readonly reconciliation: Reconciliation;
  readonly checkpoint: VerifiedCheckpoint;
}

export type ReplayError =
  | CheckpointError
  | ItemError
  /** It does not follow the state that was given: an older one, a later one, or one of another course of events. */
  | {
      readonly type: "checkpoint-not-next";
      readonly expected: { readonly height: Height; readonly previous: CheckpointId };
      readonly found: { readonly height: Height; readonly previous: CheckpointId };
    }
  | { readonly type: "time-went-backwards"; readonly time: number; readonly earliest: number }
  /** Another conflict policy than the network's, or one that is not known here. */
  | { readonly type: "policy-unknown"; readonly policy: string }
  /** Items that decide nothing, stand twice or out of order. */
  | { readonly type: "record-not-canonical" }
  | {
      readonly type: "root-mismatch";
      readonly root: "state" | "verdicts";
      readonly expected: string;
      readonly found: string;
    };

/** Fetches what reconcile may look up for these entries. It is asked once, when all of them are known to be authentic. */
export type LookUp = (entries: readonly VerifiedEntry[]) => History | Promise<History>;

/**
 * Asynchronous because runtimes verify many signatures at once that way, and because whoever keeps the past has to read it:
 * it reads nothing but its arguments and what `lookUp` gives.
 */
export async function replayCheckpoint(
  state: LedgerState,
  record: CheckpointRecord,
  lookUp: LookUp,
): Promise<Result<Replayed, ReplayError>> {
  const checkpoint = verifyCheckpoint(record.checkpoint, state.network);
  if (!checkpoint.ok) return checkpoint;
  const misplaced = whyNotNext(state, checkpoint.value);
  if (misplaced !== undefined) return err(misplaced);
  const { time, policy: policyName } = checkpoint.value.checkpoint;
  const policy = policyOf(state.network);
  if (policy?.name !== policyName) return err({ type: "policy-unknown", policy: policyName });
  const items = await verifyItems(state, record);
  if (!items.ok) return items;
  const history = await lookUp(items.value.entries);
  const reconciliation = reconcile({ state, ...items.value, history, time });
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
  items: VerifiedItems,
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

function isSameRecord(a: CheckpointRecord, b: CheckpointRecord): boolean {
  return isSameList(a.inceptions, b.inceptions) && isSameList(a.control, b.control) && isSameList(a.entries, b.entries);
}

function isSameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, index) => isSame(bytes, b[index] as Uint8Array));
}

/** Mostly the very bytes that were read. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || equalBytes(a, b);
}
