/**
 * A start (spec [PEER8]): the state of a checkpoint with the checkpoint itself, for a wallet that takes it over instead of
 * replaying everything before it. Who starts trusts the authority's signature for what came before, and computes what
 * comes after.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  err,
  field,
  ok,
  version,
  type DecodeError,
  type Network,
  type Result,
  type Schema,
  type VerifiedEntry,
} from "@amigos/core";
import {
  CHECKPOINT_BYTES_MAX,
  decodeLedgerState,
  encodeLedgerState,
  sessionOf,
  stateRoot,
  verifyCheckpoint,
  type CheckpointError,
  type LedgerState,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import { KEY, put, remove } from "../journal/journal.ts";
import { CHECKPOINT_PART_BYTES, STATE_PARTS_MAX } from "../peer/messages.ts";
import type { StoreOperation } from "../ports/store.ts";
import { pastCheckpointOperation } from "./archive.ts";
import { undecidedKey } from "./undecided.ts";

/** Made only by `verifyStart`. */
export interface Start {
  readonly checkpoint: VerifiedCheckpoint;
  readonly state: LedgerState;
  /** As it travels, and as the journal keeps it. */
  readonly bytes: Uint8Array;
}

export type StartError =
  | DecodeError
  | CheckpointError
  /** The state is not the one that the checkpoint commits to, or is nobody's to start from: that of the genesis. */
  | { readonly type: "state-differs"; readonly height: number };

/** 64 MiB, about 130,000 accounts: what a phone holds in memory while it reads it. */
export const START_BYTES_MAX: number = STATE_PARTS_MAX * CHECKPOINT_PART_BYTES;

interface EncodedStart {
  readonly version: 1;
  /** Signed bytes. */
  readonly checkpoint: Uint8Array;
  /** A snapshot (spec [STA5]). */
  readonly state: Uint8Array;
}

const startSchema: Schema<EncodedStart> = body<EncodedStart>({
  version: field(0, version<1>(1)),
  checkpoint: field(1, byteString(CHECKPOINT_BYTES_MAX)),
  state: field(2, byteString(START_BYTES_MAX)),
});

/** `checkpoint`: the signed bytes of the state's own. */
export function encodeStart(state: LedgerState, checkpoint: Uint8Array): Uint8Array {
  return encodeWith<EncodedStart>(startSchema, { version: 1, checkpoint, state: encodeLedgerState(state) });
}

export function verifyStart(bytes: Uint8Array, network: Network): Result<Start, StartError> {
  const decoded = decodeWith(startSchema, bytes, START_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const checkpoint = verifyCheckpoint(decoded.value.checkpoint, network);
  if (!checkpoint.ok) return checkpoint;
  const state = decodeLedgerState(decoded.value.state, network);
  if (!state.ok) return state;
  return isStateOf(state.value, checkpoint.value)
    ? ok({ checkpoint: checkpoint.value, state: state.value, bytes })
    : err({ type: "state-differs", height: checkpoint.value.checkpoint.height });
}

/** Whether it is the state that a checkpoint commits to. No state root covers height, time and id, so they are compared. */
export function isStateOf(state: LedgerState, { id, checkpoint }: VerifiedCheckpoint): boolean {
  const isSame =
    state.height > 0 && state.height === checkpoint.height && state.checkpoint === id && state.time === checkpoint.time;
  return isSame && stateRoot(state) === checkpoint.stateRoot;
}

/** Entries whose place the state has passed: they are decided, or lost it. */
export function passedBy({ state }: Start, entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  return entries.filter(({ entry: { account, session, sequence } }) => {
    const known = sessionOf(state, account, session);
    return known !== undefined && sequence < known.nextSequence;
  });
}

/** What makes it durable, in one batch. */
export function startOperations(
  { checkpoint, bytes }: Start,
  passed: readonly VerifiedEntry[],
): readonly StoreOperation[] {
  return [
    put(KEY.start, bytes),
    remove(KEY.snapshot),
    pastCheckpointOperation(checkpoint),
    ...passed.map((entry) => remove(undecidedKey(entry))),
  ];
}
