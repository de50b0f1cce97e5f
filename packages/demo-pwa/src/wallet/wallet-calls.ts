/** What the page may ask of the worker. Each call rejects with a `CallError` whose detail is an `AppError`. */
import type { AccountId, EntryId, Money, SessionId } from "@amigos/core";
import type {
  AcceptancePolicy,
  DeviceApproval,
  DeviceReview,
  FloatView,
  KillSwitchReport,
  PaymentView,
  PaymentWeighing,
  ReceiveReport,
  RecoveryReview,
  RevokeReport,
  StakeView,
  SyncReport,
} from "@amigos/engine";
import type { Contact } from "./contacts.ts";
import type { DeviceTerms } from "./device-terms.ts";
import type { LockChoice, LockSecret, UnlockSecret } from "./lock.ts";
import type { Guarded, GuardianChoice, GuardianRequestRead } from "./recovering.ts";

export interface WalletCalls {
  /** The first call: which of the origin's wallets this page shows. What follows comes as states. */
  start: (input: { readonly wallet: string }) => Promise<void>;
  /** Makes an account and a session on this device, opens the wallet and asks the faucet for money. */
  createWallet: (input: { readonly device: string; readonly lock: LockChoice }) => Promise<void>;
  /** The words of an account whose backup was never proven. */
  words: (input: undefined) => Promise<string>;
  /** A file of what the account has said, sealed by its words. */
  sealBackup: (input: { readonly words: string }) => Promise<Uint8Array>;
  /** Reads a file back. From then on the account is backed up, and the words are forgotten here. */
  proveBackup: (input: { readonly words: string; readonly file: Uint8Array }) => Promise<void>;
  /** Brings an account back on this device, as a new session of it. */
  restore: (input: {
    readonly device: string;
    readonly lock: LockChoice;
    readonly words: string;
    readonly file: Uint8Array;
  }) => Promise<void>;
  /** Asks an account to let this device in. What comes of it comes as states. */
  join: (input: { readonly device: string; readonly lock: LockChoice }) => Promise<void>;
  /** An answer that came by hand: the bytes of several codes, or the text of one. */
  readAnswer: (input: { readonly answer: Uint8Array | string }) => Promise<void>;
  /** Takes what is offered, and opens the wallet. */
  acceptOffer: (input: undefined) => Promise<void>;
  /** Makes a new request, where the one before is too old. */
  askAgain: (input: undefined) => Promise<void>;
  stopJoining: (input: undefined) => Promise<void>;
  /** Asks the guardians of an account that was lost for new keys of it. What comes of it comes as states. */
  recover: (input: {
    readonly account: AccountId;
    readonly device: string;
    readonly lock: LockChoice;
  }) => Promise<void>;
  /** With a new code, where guardians take the one before no more. */
  askGuardiansAgain: (input: undefined) => Promise<void>;
  /** The delay is over: takes the account up. */
  completeRecovery: (input: undefined) => Promise<void>;
  /** What is left is an ordinary wallet of a new account. */
  stopRecovering: (input: undefined) => Promise<void>;
  /** Whether this device holds the account's own key, with which guardians are chosen. */
  holdsAccountKey: (input: undefined) => Promise<boolean>;
  /** Left out: nobody guards this account any more. */
  chooseGuardians: (input: GuardianChoice | undefined) => Promise<void>;
  /** A new request to practise; the answers to the one before are forgotten. */
  practise: (input: undefined) => Promise<string>;
  takePractice: (input: { readonly answer: string }) => Promise<void>;
  /** The same for those who are to be guardians. */
  invite: (input: undefined) => Promise<string>;
  takeAcceptance: (input: { readonly answer: string }) => Promise<void>;
  /** Accounts that this one guards. */
  guarded: (input: undefined) => Promise<Guarded>;
  /** As a guardian: answers a request to practise, with a text, or reads an invitation. */
  readGuardianRequest: (input: { readonly request: string }) => Promise<GuardianRequestRead>;
  /** Says that this account would be a guardian, with a text for who asks. */
  acceptInvitation: (input: { readonly invitation: string }) => Promise<string>;
  /** As a guardian: reads a request for new keys, and agrees to it. */
  reviewRecovery: (input: { readonly request: string }) => Promise<RecoveryReview>;
  approveRecovery: (input: { readonly request: string }) => Promise<Uint8Array>;
  vetoRecovery: (input: { readonly start: EntryId }) => Promise<Uint8Array>;
  /** What a guardian signed, or a veto, that came by hand. */
  takeStatement: (input: { readonly statement: string }) => Promise<void>;
  /** A new device's request: bytes from a link, or the text of its code. */
  reviewDevice: (input: { readonly request: Uint8Array | string }) => Promise<DeviceReview>;
  approveDevice: (input: {
    readonly request: Uint8Array | string;
    readonly terms: DeviceTerms;
  }) => Promise<DeviceApproval>;
  /** Resolves with the answer, for a device that is not in touch. */
  denyDevice: (input: { readonly request: Uint8Array | string }) => Promise<Uint8Array>;
  /** Opens a locked wallet. */
  unlock: (input: UnlockSecret) => Promise<void>;
  /** Closes the wallet and forgets its keys until it is unlocked. Does nothing where there is no lock. */
  lock: (input: undefined) => Promise<void>;
  /** Another lock in place of what there is, or none. */
  setLock: (input: LockChoice) => Promise<void>;
  /** One more way to unlock. */
  addLock: (input: LockSecret) => Promise<void>;
  /** Resolves when the payment is durable on this device. */
  pay: (input: { readonly to: AccountId; readonly money: Money; readonly memo?: string }) => Promise<PaymentView>;
  /** A payment of ours as a bundle, with all its payee needs to check it offline. */
  handover: (input: { readonly payment: EntryId }) => Promise<Uint8Array>;
  /** The same with what proves to who has never heard of this account what it may spend. It shows all of its balances. */
  carry: (input: { readonly payment: EntryId }) => Promise<Uint8Array>;
  /** Both resolve when it is durable on this device. */
  setAside: (input: { readonly money: Money }) => Promise<FloatView>;
  giveBack: (input: { readonly money: Money }) => Promise<FloatView>;
  /** What its owner takes without a network, from now on. */
  setAcceptance: (input: AcceptancePolicy) => Promise<void>;
  /** Both resolve when it is durable on this device. */
  stake: (input: { readonly validator: AccountId; readonly money: Money }) => Promise<StakeView>;
  unstake: (input: { readonly validator: AccountId; readonly money: Money }) => Promise<StakeView>;
  /** Another name for a device, on this one alone. Left out: the one that it was added with. */
  renameDevice: (input: { readonly session: SessionId; readonly label?: string }) => Promise<void>;
  /** Its owner has seen these devices: they are new no more. */
  acknowledge: (input: { readonly sessions: readonly SessionId[] }) => Promise<void>;
  /** Both resolve when it is signed and durable on this device. */
  revoke: (input: { readonly session: SessionId }) => Promise<RevokeReport>;
  killSwitch: (input: undefined) => Promise<KillSwitchReport>;
  /** An empty name takes the one there is away. */
  nameContact: (input: Contact) => Promise<void>;
  /** What could still go wrong with a payment that has arrived, by what is known here. */
  weigh: (input: { readonly payment: EntryId }) => Promise<PaymentWeighing>;
  /** A receipt for a payment that has arrived, as the text of one code. */
  receipt: (input: { readonly payment: EntryId }) => Promise<string>;
  /** What somebody showed: the text of one code, or the bytes of several. */
  receive: (input: { readonly handover: Uint8Array | string }) => Promise<ReceiveReport>;
  sync: (input: undefined) => Promise<SyncReport>;
  /** Takes the wallet over from the tab that has it open. */
  useHere: (input: undefined) => Promise<void>;
  /** Starts again after a failure that may have passed. */
  restart: (input: undefined) => Promise<void>;
  /** Leaves this wallet as it is and goes on with the network that the hub serves now. */
  switchNetwork: (input: undefined) => Promise<void>;
}
