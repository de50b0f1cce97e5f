/**
 * The ledger as the hub sees it: signed things go in, and checkpoints come out. What decides is always the one function,
 * reconcile (docs/spec/reconcile.md); a backend keeps what it decides on and what it decided, and sees to it that nobody has two
 * histories of it. Backend here: a replica on any store, with the authority's key (`createReplicaLedger`). One contract suite,
 * `ledgerContract`, for this one and for whoever brings another, such as a ledger that several validators replicate.
 *
 * Invariants every ledger keeps:
 * - what `submit` resolved with is durable; the same again, waiting or decided, changes nothing;
 * - a checkpoint is one atomic transaction: after the power went out, at whatever moment, the ledger stands at one of its
 *   checkpoints, whole, and whatever was submitted and not decided waits still;
 * - what a checkpoint says follows from the checkpoints before it, from what was submitted since, and from the time that it was
 *   given: not from the order of submitting, nor from a clock, a disk or chance;
 * - time never goes back: where an earlier one is given, the checkpoint has that of the one before;
 * - the records from height 1 on are all that anybody needs to compute every root from the genesis.
 */
import type { AccountId, CheckpointId, EntryId, Height, Network, Result, TimeMs } from "@amigos/core";

export interface SettlementLedger {
  readonly network: Network;
  /** Where it stands: the newest checkpoint, or the genesis. */
  readonly head: LedgerHead;
  /** How many entries wait to be decided. */
  readonly waitingEntries: number;
  /** All that the next checkpoint could decide. */
  readonly waiting: () => Waiting;
  /** Takes in a bundle, all of it or nothing. Resolves when what was new is durable. */
  readonly submit: (bundle: Uint8Array) => Promise<Result<Submitted, SubmitRefusal>>;
  /**
   * Decides what can be decided of what waits, at a time. Resolves with the checkpoint when it is durable; of several calls
   * each makes one, in their order. A replicated ledger may take the time of its own block instead, if that is not earlier.
   */
  readonly settle: (time: TimeMs) => Promise<LedgerHead>;
  /** The signed bytes of a checkpoint, or `undefined` for a height that it does not have. */
  readonly checkpoint: (height: Height) => Promise<Uint8Array | undefined>;
  /** The encoded record of a checkpoint (spec [CHP5]), or `undefined` for a height that it does not have. */
  readonly record: (height: Height) => Promise<Uint8Array | undefined>;
  /** What the newest checkpoint says of an account, or `undefined` while there is no checkpoint. */
  readonly prove: (account: AccountId) => Promise<AccountProof | undefined>;
  /** Returns what ends it. */
  readonly subscribe: (listener: (event: LedgerEvent) => void) => () => void;
  /** Frees what it took. Everything after rejects. */
  readonly close: () => Promise<void>;
}

export interface LedgerHead {
  readonly height: Height;
  readonly id: CheckpointId;
  readonly time: TimeMs;
  readonly stateRoot: string;
}

/** By ids. */
export interface Waiting {
  readonly entries: readonly EntryId[];
  /** Inceptions, and control entries, those of recoveries among them. */
  readonly records: readonly string[];
}

export interface Submitted {
  /** New here, durable now. */
  readonly fresh: readonly EntryId[];
  /** How many entries of it were here before. */
  readonly known: number;
}

/** With the evidence that the reason has. */
export interface SubmitRefusal {
  readonly type: string;
}

export interface AccountProof {
  /** Signed bytes. */
  readonly checkpoint: Uint8Array;
  /** Of the account's row in it, or of its absence (spec [CAR1]). */
  readonly proof: Uint8Array;
}

export type LedgerEvent =
  /** Something waits that did not before, or waits no more. */
  | { readonly type: "waiting" }
  /** A checkpoint is durable. `undecided`: entries that it looked at and left waiting. */
  | { readonly type: "settled"; readonly head: LedgerHead; readonly undecided: readonly EntryId[] };
