/** The wallet that an app embeds. Everything here works with no network; `sync` and the links make it agree with others. */
import type { AccountId, EntryId, Height, Money, Network, PaymentRequest, SessionId } from "@amigos/core";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";
import type { SyncProgress } from "../replica/progress.ts";
import type { HistoryReport } from "../replica/replica.ts";
import type { Account } from "./account.ts";
import type { RecoveryDesk } from "./recovery-desk.ts";
import type { Replaced } from "./join-account.ts";
import type { FloatView, PaymentView, StakeView, WalletView } from "./wallet-view.ts";
import type { Weighed } from "./weighing.ts";

export interface Wallet {
  readonly network: Network;
  readonly account: AccountId;
  readonly session: SessionId;
  /** The newest snapshot. Replaced, never changed. */
  readonly view: WalletView;
  /** Calls `listener` after every change, with the new snapshot. Returns what ends it. */
  readonly subscribe: (listener: (view: WalletView) => void) => () => void;

  /**
   * Resolves with the first thing that `find` finds, in the view of now or of a later change.
   * @throws {WalletError} `wallet-closed` when the wallet is closed before
   */
  readonly when: <Found>(find: (view: WalletView) => Found | undefined) => Promise<Found>;

  /**
   * Signs a payment and resolves when it is durable here; works offline. Every rule that the ledger will check later is
   * checked first, and a payment that would not be accepted is not signed.
   * @throws {WalletError} `payment-refused` with the rule's failure (limit, used, asked, what is left, when it renews),
   * `amount-invalid`, `text-invalid`, `too-many-unsettled`, `session-forked`
   */
  readonly pay: (to: AccountId, money: Money | string, options?: { readonly memo?: string }) => Promise<PaymentView>;

  /**
   * Sets money of the account aside for this session, for a time without network: once that is settled, no other device of
   * the account can spend it, and the session's payments take it first. Judged, signed and kept as a payment is.
   * @throws {WalletError} `float-refused` with the rule's failure, `amount-invalid`, `too-many-unsettled`, `session-forked`
   */
  readonly setAside: (money: Money | string) => Promise<FloatView>;

  /**
   * Gives back what was set aside for this session: all devices of the account can spend it again.
   * @throws {WalletError} `float-refused` with the rule's failure, `amount-invalid`, `too-many-unsettled`, `session-forked`
   */
  readonly giveBack: (money: Money | string) => Promise<FloatView>;

  /**
   * Puts money of the account behind a validator, for a session with the permission `STAKE_MANAGE`. Judged, signed and kept
   * as a payment is; it earns and weighs once it is settled.
   * @throws {WalletError} `stake-refused` with the rule's failure, `amount-invalid`, `too-many-unsettled`, `session-forked`
   */
  readonly stake: (validator: AccountId, money: Money | string) => Promise<StakeView>;

  /**
   * Takes money back from behind a validator. It is available again when the network's unbonding time has passed.
   * @throws {WalletError} `stake-refused` with the rule's failure, `amount-invalid`, `too-many-unsettled`, `session-forked`
   */
  readonly unstake: (validator: AccountId, money: Money | string) => Promise<StakeView>;

  /**
   * The account of this wallet, where the vault holds its master key: it grants sessions and ends them.
   * @throws {WalletError} `master-key-missing`, `wallet-closed`
   * @throws {StoreError} when what was interrupted before cannot be finished
   */
  readonly openAccount: () => Promise<Account>;

  /**
   * Calls a session of the account by another name on this device, for its owner alone; `undefined`: as the account does.
   * @throws {WalletError} `session-unknown`, `text-invalid`, `wallet-closed`
   * @throws {StoreError} when the disk does not take it
   */
  readonly rename: (session: SessionId, label: string | undefined) => Promise<void>;

  /**
   * Remembers that its owner was told of these sessions, so that they are new (`isNew`) no more, also after a restart.
   * @throws {WalletError} `wallet-closed`
   * @throws {StoreError} when the disk does not take it
   */
  readonly acknowledge: (sessions: readonly SessionId[]) => Promise<void>;

  /**
   * What an upgrade names of this wallet's session (`joinAccount`, `replaces`): the last entry that it signed. Close the wallet
   * first, so that none follows.
   */
  readonly endOfLog: () => Replaced;

  /** Recovering accounts: vetoing for this one, agreeing as a guardian of others, and asking for new keys of one that was lost. */
  readonly recovery: RecoveryDesk;

  /** A request for this account, to show as QR or text. */
  readonly request: (options: { readonly money?: Money | string; readonly memo?: string }) => PaymentRequest;

  /** A payment of ours with everything its payee needs to check it offline, as bytes for a QR code, a file or a share. */
  readonly handover: (payment: EntryId) => Uint8Array;

  /**
   * The same with what proves to somebody who has no network, and has never heard of us, what we may spend: the newest
   * checkpoint here, our row in it, and everything that this session has signed since. Shows the whole row: all balances and
   * devices of the account.
   * @throws {WalletError} `payment-unknown` when no such payment of this session is undecided, `carry-refused` with why
   * nothing proves it
   */
  readonly carry: (payment: EntryId) => Promise<Uint8Array>;

  /**
   * What a payment is worth that a payer shows (`carry`), with no network: what the ledger would say of it, what is left of
   * every limit, how old that knowledge is, what could still go wrong, and what of it is more than this wallet takes. Keeps
   * nothing: `receive` does.
   * @throws {WalletError} `handover-refused` with what is not authentic about it
   */
  readonly weighCarried: (carried: Uint8Array | string) => Promise<PaymentWeighing>;

  /**
   * The same of a payment to this account that is here, by the ledger as it is known here.
   * @throws {WalletError} `payment-unknown`
   */
  readonly weigh: (payment: EntryId) => Promise<PaymentWeighing>;

  /**
   * What of a payment is more than this wallet takes, from now on: durable when it resolves. What arrives is kept whatever the
   * policy says; it is there for whoever asks before he hands over what was paid for.
   * @throws {WalletError} `amount-invalid`, `acceptance-invalid` for a bound that cannot be kept
   */
  readonly setAcceptance: (policy: AcceptanceOptions) => Promise<void>;

  /**
   * Our receipt for a payment that has arrived and is not settled, with what vouches for it, as text to show to the payer:
   * where no link does it, this is how the payer comes to know.
   * @throws {WalletError} `payment-unknown`
   */
  readonly receipt: (payment: EntryId) => string;

  /**
   * Takes a handover that arrived by hand: a bundle, a carried payment, or a receipt for a payment of ours. Resolves when what was new is durable.
   * @throws {WalletError} `handover-refused` with the decode or verify error; nothing is kept then
   */
  readonly receive: (handover: Uint8Array | string) => Promise<ReceiveReport>;

  /**
   * Carries for these accounts from now on, and no others: keeps and passes on what they sign, and gives them what it
   * carries and what this account signs. They carry for this one if they have it in theirs. Durable when it resolves.
   * @throws {WalletError} `circle-too-large`, `wallet-closed`
   */
  readonly setCircle: (members: Iterable<AccountId>) => Promise<void>;

  /**
   * Exchanges everything with whoever is connected and resolves when nothing is left to exchange with the hub. `onProgress`
   * is told how far it has come whenever it comes further, at last with `isDone` when a hub was in reach.
   */
  readonly sync: (options?: { readonly onProgress?: (progress: SyncProgress) => void }) => Promise<SyncReport>;

  /**
   * Where the wallet started from a state (`view.ledger.startedAt`): loads what was settled before, from whoever in reach
   * has it, and computes all of it from the genesis on. Goes on where it was, also after a restart. Resolves when everything
   * is here, or when nobody in reach has more.
   * @throws {WalletError} `wallet-closed`
   * @throws {StoreError} when what was loaded before cannot be read
   */
  readonly loadHistory: (options?: HistoryOptions) => Promise<HistoryReport>;

  /** Stops links, waits for writes, frees the store. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Each bound may be left out. Of an asset that is not named as much is taken as comes. */
export interface AcceptanceOptions extends Pick<AcceptancePolicy, "checkpointAgeMsMax" | "isFloatOnly"> {
  readonly mostPerPayment?: readonly (Money | string)[];
  readonly mostPerPayer?: readonly (Money | string)[];
}

export interface PaymentWeighing extends Pick<Weighed, "judged" | "refusals"> {
  readonly payment: PaymentView;
}

export interface HistoryOptions {
  /** Called after each checkpoint that was loaded: up to which height everything is here, and of how many. */
  readonly onProgress?: (progress: { readonly height: Height; readonly start: Height }) => void;
}

export interface ReceiveReport {
  /** Payments to this account that are new here. */
  readonly payments: readonly PaymentView[];
  /** Payments of ours of which this says that they have arrived. */
  readonly delivered: readonly PaymentView[];
  /** Entries that were known before, and receipts. */
  readonly known: number;
}

export interface SyncReport {
  /** False when no hub is in reach: everything stays as it is and goes out later by itself. */
  readonly reachedHub: boolean;
  readonly height: number;
}
