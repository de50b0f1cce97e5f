/** What the wallet rejects with. `type` and `detail` are stable data; `message` is one plain English sentence for logs. */
import {
  isPlainText,
  type AccountId,
  type AmountError,
  type DeviceAnswerError,
  type DeviceRequestError,
  type DeviceRequestId,
  type GuardianPurpose,
  type GuardianRequestError,
  type RecoveryRequestError,
  type RecoveryStatementTextError,
  type Sequence,
  type SessionId,
  type ShownReceiptError,
  type TimeMs,
} from "@amigos/core";
import type { CarriedPaymentError, CarriedTextError, Failure } from "@amigos/reconcile";
import type { RecordError } from "../replica/directory.ts";
import type { RecoveryRefusal } from "../replica/recoveries.ts";
import type { ReceiptRefusal } from "../replica/receipts.ts";
import type { IngestError } from "../replica/replica.ts";
import type { CarryingError } from "./carrying.ts";

export type WalletErrorDetail =
  /** A rule would not accept the payment, so it was not signed. */
  | { readonly type: "payment-refused"; readonly failure: Failure }
  /** A rule would not accept what was to be set aside or given back, so it was not signed. */
  | { readonly type: "float-refused"; readonly failure: Failure }
  /** A rule would not accept what was to be staked or taken back, so it was not signed. */
  | { readonly type: "stake-refused"; readonly failure: Failure }
  /** A rule would not accept that this session witnesses, so it does not. Told to nobody but whoever keeps a log himself. */
  | { readonly type: "attestation-refused"; readonly failure: Failure }
  /** Something came between asking for it and its turn, so it was not signed. Told to nobody but whoever keeps a log himself. */
  | { readonly type: "not-meant-any-more" }
  | { readonly type: "amount-invalid"; readonly error: AmountError }
  /** A memo or device name that is too long, or holds what text on a screen must not: see spec [ENC3]. */
  | { readonly type: "text-invalid"; readonly field: "memo" | "device"; readonly bytesMax: number }
  /** Terms that no session can have: a list that is empty, too long or says something twice, no time at all, or no name. */
  | {
      readonly type: "terms-invalid";
      readonly field: "permissions" | "offlineLimits" | "regions" | "recipients" | "expiry" | "keyName";
    }
  /** A device request that this account does not answer with a session. Nothing was signed. */
  | { readonly type: "device-request-refused"; readonly error: DeviceRequestRefusal }
  /** A device answer that opens no session for this device. Nothing was kept. */
  | { readonly type: "device-answer-refused"; readonly error: DeviceAnswerRefusal }
  /** A recovery that is not taken further, with why. Nothing was signed, or nothing of it was kept. */
  | { readonly type: "recovery-refused"; readonly error: RecoveryRefusedDetail }
  /** Ways of recovery that no account can have. */
  | { readonly type: "recovery-invalid"; readonly field: "guardians" | "threshold" | "delay" | "key" }
  /** What arrived by hand is not a bundle of this network, or not authentic. Nothing was kept. */
  | { readonly type: "handover-refused"; readonly error: HandoverError }
  /** A bound of an acceptance policy that cannot be kept. */
  | { readonly type: "acceptance-invalid" }
  /** A payment cannot be shown with what proves it: nothing is settled that would, or more than fits. */
  | { readonly type: "carry-refused"; readonly error: CarryingError }
  | { readonly type: "payment-unknown" }
  /** The store holds no session and none was given. */
  | { readonly type: "session-missing" }
  /** The vault does not hold the session's key: the device must be granted a new session. */
  | { readonly type: "key-missing" }
  /** The vault does not hold the key that signs for the account: use the device that does. */
  | { readonly type: "master-key-missing" }
  /** What an account is said to have said about itself is not authentic, or of another network. */
  | { readonly type: "record-refused"; readonly error: RecordError }
  /** A wallet was opened on the store: it has the account. */
  | { readonly type: "wallet-opened" }
  /** The account has no such session, as far as is known here. */
  | { readonly type: "session-unknown"; readonly session: SessionId }
  /** The account has as many sessions as it can have, ended ones included. */
  | { readonly type: "sessions-full"; readonly sessionsMax: number }
  /** The store belongs to another session, another account or another network. */
  | { readonly type: "store-of-another"; readonly expected: string; readonly found: string }
  /** Too many of its entries are unsettled: sync first. */
  | { readonly type: "too-many-unsettled"; readonly unsettledMax: number }
  /** More accounts than one wallet carries for. */
  | { readonly type: "circle-too-large"; readonly membersMax: number }
  /** What this device reserved or signed last cannot be read: to go on might sign twice, so it signs nothing any more. */
  | { readonly type: "signing-unsafe" }
  /** Another device signs with this session's key: seen before signing, so nothing was signed. */
  | { readonly type: "session-forked" }
  | { readonly type: "wallet-closed" }
  /** A device that asked for a session has stopped waiting for the answer. */
  | { readonly type: "joining-closed" };

/** Why nothing of a handover was kept: its form, its network, its signatures, or a session that nothing vouches for. */
export type HandoverError =
  | IngestError
  /** A carried payment is damaged, not authentic, or not for us. */
  | { readonly type: "carried-refused"; readonly error: CarriedPaymentError | CarriedTextError }
  /** A receipt is damaged, not authentic, or for no undecided payment of ours. */
  | { readonly type: "receipt-refused"; readonly error: ReceiptRefusal | ShownReceiptError };

export type RecoveryRefusedDetail =
  | RecoveryRequestError
  | RecoveryRefusal
  | GuardianRequestError
  | RecoveryStatementTextError
  /** Made longer ago than guardians may take to answer, or later than now, by the clock here and more than clocks may differ. */
  | { readonly type: "request-expired"; readonly expiry: TimeMs; readonly now: TimeMs }
  | { readonly type: "request-from-future"; readonly time: TimeMs; readonly now: TimeMs }
  /** An invitation where practice was expected, or practice where an invitation was: `found` says which. */
  | { readonly type: "asks-something-else"; readonly found: GuardianPurpose["type"] }
  /** As many would be guardians as an account can have. */
  | { readonly type: "guardians-full" }
  /** An answer to an earlier request. */
  | { readonly type: "answer-of-another-request" }
  /** The account has not chosen this way. */
  | { readonly type: "way-not-chosen" }
  /** The account has not chosen this one as a guardian, as far as is settled here. */
  | { readonly type: "no-guardian" }
  /** The ledger would not take this session's word now, and the vault does not hold the master key. */
  | { readonly type: "may-not-speak" }
  /** Nothing of it is under way, as far as is settled here. */
  | { readonly type: "recovery-unknown" }
  /** Until `due` by ledger time; without it, until guardians enough have agreed. */
  | { readonly type: "recovery-waiting"; readonly due?: TimeMs };

export type DeviceRequestRefusal =
  | DeviceRequestError
  /** By the clock here, and more than clocks may differ. */
  | { readonly type: "request-expired"; readonly expiry: TimeMs; readonly now: TimeMs }
  | { readonly type: "request-from-future"; readonly time: TimeMs; readonly now: TimeMs }
  | { readonly type: "request-of-another-account"; readonly expected: AccountId; readonly found: AccountId }
  /** Its key had a session, which has ended: the device must make a new request, for a new key. */
  | { readonly type: "session-ended"; readonly session: SessionId }
  /** It wants to end a session that whoever approves has not named. */
  | { readonly type: "replaced-not-named"; readonly session: SessionId }
  /** It claims a last entry of the session that is to end which that cannot have signed yet, as far as is known here. */
  | { readonly type: "last-honoured-out-of-reach"; readonly lastHonoured: Sequence; readonly lastMax: Sequence };

export type DeviceAnswerRefusal =
  | DeviceAnswerError
  | RecordError
  | { readonly type: "answer-of-another-request"; readonly expected: DeviceRequestId; readonly found: DeviceRequestId }
  | { readonly type: "answer-of-another-account"; readonly expected: AccountId; readonly found: AccountId }
  /** The account does not want the device. */
  | { readonly type: "device-denied" }
  /** The record opens no session for the key of this device. */
  | { readonly type: "session-not-granted" }
  /** Its record says that the account was recovered, and comes with nothing that bears it out: anybody could say so. */
  | { readonly type: "recovery-unproven" }
  | { readonly type: "session-ended"; readonly session: SessionId }
  | { readonly type: "session-expired"; readonly expiry: TimeMs };

export class WalletError extends Error {
  override readonly name = "WalletError";
  readonly detail: WalletErrorDetail;
  constructor(detail: WalletErrorDetail, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.detail = detail;
  }
}

/** Text that will be signed. @throws {WalletError} `text-invalid` */
export function checkedText(field: "memo" | "device", text: string, bytesMax: number): string {
  if (isPlainText(text, bytesMax)) return text;
  throw new WalletError(
    { type: "text-invalid", field, bytesMax },
    `a ${field} is plain text of 1 to ${bytesMax} bytes, without control characters`,
  );
}

/** What a device answers whose last signed place cannot be read (spec [DEV7]). */
export function signingUnsafe(storeName: string): WalletError {
  return new WalletError(
    { type: "signing-unsafe" },
    `${storeName}: what this device signed last cannot be read, so it signs nothing: grant the device a new session`,
  );
}

export function recoveryRefused(error: RecoveryRefusedDetail): WalletError {
  return new WalletError({ type: "recovery-refused", error }, `the recovery was not taken further: ${error.type}`);
}
