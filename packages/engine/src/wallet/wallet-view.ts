/**
 * What a wallet shows: one immutable snapshot of everything an app needs, made again whenever something changed. Plain
 * data (structured-clone safe), so that a worker can post it to a page as it is.
 */
import type {
  AccountId,
  Amount,
  AssetCode,
  CheckpointId,
  DeviceRequestId,
  EntryId,
  Height,
  NetworkTag,
  PublicKey,
  Recovery,
  RecoveryWay,
  Sequence,
  SessionId,
  SessionLine,
  TimeMs,
} from "@amigos/core";
import type { GuardianAnswersView } from "./guardian-answers.ts";
import type { Failure, LimitStatus } from "@amigos/reconcile";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";

export interface WalletView {
  readonly network: { readonly tag: NetworkTag; readonly name: string };
  readonly account: AccountId;
  readonly session: SessionView;
  /** Every session that the account has opened, oldest first; this wallet's too. */
  readonly sessions: readonly SessionView[];
  /** One per asset of the network, in the genesis's order. */
  readonly balances: readonly BalanceView[];
  /** Newest first: by claimed time, then id. */
  readonly payments: readonly PaymentView[];
  /** What the account's sessions set aside and gave back, in the same order. */
  readonly floats: readonly FloatView[];
  readonly staking: StakingView;
  readonly conflicts: readonly ConflictView[];
  /** The newest checkpoint that this device has checked itself. */
  readonly ledger: {
    readonly height: Height;
    readonly checkpoint: CheckpointId;
    readonly stateRoot: string;
    readonly time: TimeMs;
    /**
     * Where this device took the state over from the authority instead of replaying what was before (spec [DEV6]): what was
     * settled up to here is in the balances, and not among `payments` and `floats` until `loadHistory` has loaded it.
     */
    readonly startedAt?: Height;
    /** The authority signed another checkpoint of this height, too: it tells others another course of events. */
    readonly contradictedAt?: Height;
  };
  readonly connections: readonly ConnectionView[];
  /** Devices in touch that ask for a session, oldest first; at most 64. Which account they mean, nobody has said yet. */
  readonly deviceRequests: readonly DeviceRequestView[];
  readonly recovery: RecoveryView;
  readonly circle: CircleView;
  /** What its owner takes without a network. Empty: whatever the ledger would accept. */
  readonly acceptance: AcceptancePolicy;
  readonly storage: StorageView;
}

export interface StorageView {
  readonly name: string;
  readonly isPersistent: boolean;
  /** Rows of the journal that could not be read and were put aside, by their keys (spec [DEV7]); at most 64. */
  readonly quarantined: readonly string[];
}

export interface SessionView {
  readonly id: SessionId;
  /** What the account calls the device. */
  readonly device: string;
  /** What its owner calls it on this device alone (`rename`). */
  readonly label?: string;
  /** When it signed last, as it claims, or was in touch with this device; the later of the two, as far as is known here. */
  readonly lastSeen?: TimeMs;
  /** Whether it is at the other end of a connection now. */
  readonly isConnected: boolean;
  /** Whether it was opened after this wallet's own, elsewhere, and its owner has not been told (`acknowledge`). */
  readonly isNew: boolean;
  /** What the session may do, until when and within which bounds: data for one plain sentence each. */
  readonly terms: readonly SessionLine[];
  readonly expiry: TimeMs;
  /**
   * `unregistered` until a checkpoint has settled the grant. `revoked` when the account ended it, `killed` when it did with
   * all of its devices: from when that is known here, settled or not, and `revoked` not before every place of its log that is
   * still honoured is taken (`end.placesLeft`). `frozen` when the session signed twice, and when it is
   * this wallet's and another device signs with its key, or this one cannot read what it signed last: it signs nothing any
   * more.
   */
  readonly status: "unregistered" | "active" | "revoked" | "killed" | "frozen" | "expired";
  /** When it is revoked or killed. */
  readonly end?: SessionEnd;
  /** What is left of each limit now, undecided payments counted. */
  readonly limits: readonly LimitStatus[];
}

export interface SessionEnd {
  /** The first place of its log that is not honoured. Of a killed session: none that is not settled already. */
  readonly revokedFrom?: Sequence;
  /** How many places before that are not taken, as far as is known here: so many entries it may sign yet. Left out: none. */
  readonly placesLeft?: number;
  /** `signed` while it is known here and the ledger does not have it: it takes effect at the next settlement. */
  readonly finality: Finality;
  /**
   * While it is not settled: who is known to have heard of it, the hub and the account's other sessions. Others may have;
   * once it is settled everybody hears of it with the ledger. Forgotten with a restart, and learned anew.
   */
  readonly knownTo?: { readonly hub: boolean; readonly sessions: readonly SessionId[] };
}

export interface BalanceView {
  readonly asset: AssetCode;
  readonly decimals: number;
  /** What this session can pay now: settled, what is set aside for it included, less what is on its way out. */
  readonly available: Amount;
  /** How much of that is set aside for this session alone, its undecided entries counted. */
  readonly setAside: Amount;
  /** What the ledger has set aside for this session. Only that is safe from what other devices of the account sign. */
  readonly setAsideSettled: Amount;
  /** What is set aside for other sessions of the account, and so not available here. */
  readonly reserved: Amount;
  /** Received and judged acceptable here, not settled: may still turn out otherwise. */
  readonly pendingIn: Amount;
  /** Signed and not settled, less what reconcile would reject. */
  readonly pendingOut: Amount;
}

/** How sure an outcome is to stay as it is (spec [DEV9]). `delivered` is a rung of payments that this account made. */
export type Finality = "signed" | "delivered" | "witnessed" | "certified" | "settled";

/** What is said of an entry, whatever it does with its money. */
export interface EntryView {
  readonly id: EntryId;
  readonly session: SessionId;
  readonly sequence: Sequence;
  readonly asset: AssetCode;
  readonly amount: Amount;
  readonly time: TimeMs;
  readonly finality: Finality;
  /** What reconcile says of it: for good once `finality` is `settled`, as far as this device knows until then. */
  readonly outcome: "accepted" | "rejected" | "deferred";
  /** Why, when it is not accepted. */
  readonly failure?: Failure;
  /** Height of the checkpoint that settled it. */
  readonly settledAt?: Height;
  /** Whether this entry is one side of a proven equivocation. */
  readonly isDisputed: boolean;
}

export interface PaymentView extends EntryView {
  /** The payee's receipt, as signed bytes, while the payment is not settled: of an incoming one our own. */
  readonly receipt?: Uint8Array;
  /** What stands behind it of what is staked behind all validators, where a witness has attested it and it is not settled. */
  readonly attested?: { readonly weight: bigint; readonly total: bigint };
  readonly direction: "in" | "out";
  readonly counterparty: AccountId;
  readonly memo?: string;
}

/** Money that a session of the account set aside for itself (`float`), or gave back (`release`). It stays the account's. */
export interface FloatView extends EntryView {
  readonly type: "float" | "release";
}

/** Money that the account put behind a validator (`stake`), or took back. It stays the account's. */
export interface StakeView extends EntryView {
  readonly type: "stake" | "unstake";
  readonly validator: AccountId;
}

/** What the account has staked, in the network's first asset, with everything that is known here and not settled. */
export interface StakingView {
  /** In order of validators. */
  readonly staked: readonly { readonly validator: AccountId; readonly amount: Amount }[];
  /** Taken back, and available from `due` on, by ledger time. In order of that. */
  readonly unbonding: readonly { readonly amount: Amount; readonly due: TimeMs }[];
  /** What is signed and not settled, in order of places. */
  readonly pending: readonly StakeView[];
}

/** Two entries for one place that concern this wallet: a side pays it, or its account signed them. */
export interface ConflictView {
  readonly account: AccountId;
  readonly session: SessionId;
  readonly sequence: Sequence;
  /** What the payer calls the device that signed twice. Nobody has checked that name: show the account beside it. */
  readonly device?: string;
  /** Whether it was this wallet's own session that signed twice. */
  readonly isOwn: boolean;
  /** Both sides, lower id first. */
  readonly sides: readonly [ConflictSide, ConflictSide];
  /** The proof, as bytes that anyone can check (core's `verifyEvidence`). */
  readonly proof: Uint8Array;
}

interface SettlingSide {
  readonly entry: EntryId;
  readonly asset: AssetCode;
  readonly amount: Amount;
  readonly outcome: "accepted" | "rejected" | "deferred";
  readonly failure?: Failure;
  readonly finality: Finality;
}

/** A payment, or money that was set aside or given back. */
export type ConflictSide = SettlingSide &
  ({ readonly type: "pay"; readonly to: AccountId } | { readonly type: FloatView["type"] });

/** The accounts that this wallet carries for, where there is no hub. */
export interface CircleView {
  /** In ascending order. */
  readonly members: readonly AccountId[];
  /** Entries that are kept here for them alone, until a checkpoint has decided them. */
  readonly carried: number;
}

/** How this account may be recovered, and what is under way: it may be vetoed until it is complete. */
export interface RecoveryView {
  /** The ways that are settled. */
  readonly ways?: Recovery;
  /** Whether other ones were chosen, as far as is known here, that are not settled yet. */
  readonly isChanging: boolean;
  readonly underWay: readonly RecoveryUnderWay[];
  /** Of the newest practice, if there was one: which guardians answered. */
  readonly practice?: GuardianAnswersView;
  /** Of the newest invitation, if there was one: who would be a guardian. */
  readonly invitation?: GuardianAnswersView;
}

export interface RecoveryUnderWay {
  /** What a veto names. */
  readonly start: EntryId;
  readonly way: RecoveryWay["type"];
  /** The guardian who asked for it. */
  readonly starter?: AccountId;
  readonly approvals: readonly AccountId[];
  /** The new master key that it would bring. */
  readonly masterKey: PublicKey;
  /** When it can be completed, by ledger time. Left out while guardians enough have not agreed, and until that is settled. */
  readonly due?: TimeMs;
  /** `signed` while it is known here and the ledger does not have it. */
  readonly finality: Extract<Finality, "signed" | "settled">;
  /** A veto is known here and the ledger does not have it: until then this may still be completed. */
  readonly veto?: Extract<Finality, "signed">;
}

/** A device at the other end of a link that has no session and asks for one. */
export interface DeviceRequestView {
  readonly id: DeviceRequestId;
  /** What it calls itself. */
  readonly device: string;
  /** For the account's `reviewDevice`, `approveDevice` and `denyDevice`. */
  readonly request: Uint8Array;
  readonly expiry: TimeMs;
  readonly link: string;
}

/** A device at the other end of a link, proven by its key. */
export interface ConnectionView {
  readonly peer: string;
  readonly role: "hub" | "wallet";
  readonly account?: AccountId;
  readonly link: string;
}
