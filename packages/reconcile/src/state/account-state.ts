/** What the ledger holds about one account (spec [STA4]). Maps are unordered here and sorted where they become bytes. */
import type {
  AccountId,
  AccountKeys,
  Amount,
  AssetCode,
  EntryId,
  Generation,
  Link,
  Recovery,
  RecoveryWay,
  Sequence,
  SessionId,
  TimeMs,
} from "@amigos/core";
import type { SessionState } from "./session-state.ts";

export interface AccountState {
  readonly id: AccountId;
  /** Absent while the account was only paid: nothing it says is known yet. */
  readonly keys: AccountKeys | undefined;
  readonly control: ControlHead;
  /** What is available. Without rows of zero. */
  readonly balances: ReadonlyMap<AssetCode, Amount>;
  readonly sessions: ReadonlyMap<SessionId, SessionState>;
  readonly generation: Generation;
  /** The ways that it has chosen. */
  readonly recovery: Recovery | undefined;
  readonly recoveryRound: number;
  /** Those under way, in order of their starts. */
  readonly recoveries: readonly PendingRecovery[];
  /** What it has staked, by validator. Without rows of zero. */
  readonly stakes: ReadonlyMap<AccountId, Amount>;
  /** The pool's `perUnit` up to which its stakes were paid. */
  readonly rewardedTo: bigint;
  /** In order of dues, one row each. */
  readonly unbonding: readonly Unbonding[];
  /** What is staked behind it. */
  readonly weight: Amount;
  /** Of the network's own account alone. */
  readonly pool: Pool | undefined;
}

/** Where an account's control log stands. */
export interface ControlHead {
  readonly nextSequence: Sequence;
  /** Link of the newest decided control entry; the account id before the first. */
  readonly head: Link;
}

export interface PendingRecovery extends AccountKeys {
  readonly start: EntryId;
  readonly way: RecoveryWay["type"];
  /** The guardian who asked for it; absent where a key did. */
  readonly starter: AccountId | undefined;
  /** Guardians who agree, in ascending order. Empty where a key started it. */
  readonly approvals: readonly AccountId[];
  /** Ledger time from which on it can be completed; absent while the threshold is not reached. */
  readonly due: TimeMs | undefined;
}

export interface Unbonding {
  /** Ledger time from which on it is available again. */
  readonly due: TimeMs;
  readonly amount: Amount;
}

/** What is staked in all, and what the pool owes for it (spec [RWD1]). */
export interface Pool {
  readonly total: Amount;
  /** Reward per staked unit since the beginning, times 2^64. */
  readonly perUnit: bigint;
  readonly owed: Amount;
}

/** One shape for every account, so that reading one is as fast as reading another. */
export function emptyAccount(account: AccountId): AccountState {
  return {
    id: account,
    keys: undefined,
    control: { nextSequence: 0 as Sequence, head: account as string as Link },
    balances: NO_MONEY,
    sessions: NO_SESSIONS,
    generation: 0 as Generation,
    recovery: undefined,
    recoveryRound: 0,
    recoveries: NO_RECOVERIES,
    stakes: NO_STAKES,
    rewardedTo: 0n,
    unbonding: NO_UNBONDING,
    weight: 0n as Amount,
    pool: undefined,
  };
}

/** Most accounts have none of most things: they share what is empty. */
export const NO_MONEY: ReadonlyMap<AssetCode, Amount> = new Map();
const NO_SESSIONS: AccountState["sessions"] = new Map();
const NO_STAKES: AccountState["stakes"] = new Map();
const NO_RECOVERIES: AccountState["recoveries"] = [];
const NO_UNBONDING: AccountState["unbonding"] = [];
