/**
 * Verdicts: what reconcile thinks of an entry, as data. A verdict is an outcome, a code and the numbers behind it, enough
 * to tell a person why and what would have passed (spec [VER1]). How sure it is to stay so is another axis: see finality.
 */
import type {
  AccountId,
  Amount,
  AssetCode,
  CheckpointTag,
  EntryId,
  Generation,
  Height,
  Link,
  PublicKey,
  Sequence,
  SessionId,
  TimeMs,
} from "@amigos/core";

export type Outcome = "accepted" | "rejected" | "deferred" | "ignored";

/** There is nothing to judge. */
export type IgnoredFailure = { readonly code: "duplicate" };

/** It cannot be judged yet, by what is known here. */
export type DeferralFailure =
  | { readonly code: "account-unknown"; readonly account: AccountId }
  | { readonly code: "session-unknown"; readonly account: AccountId; readonly session: SessionId }
  /** The place before it is not decided, or what is decided there has another link. */
  | { readonly code: "previous-missing"; readonly previous: Link; readonly nextSequence: Sequence }
  | { readonly code: "dependency-missing"; readonly dependency: EntryId }
  /** `judgedFrom`: the ledger time from which on it can be judged. */
  | { readonly code: "time-in-future"; readonly time: TimeMs; readonly judgedFrom: TimeMs }
  | { readonly code: "checkpoint-ahead"; readonly height: Height; readonly known: Height }
  /** This replica does not keep the part of the past that is needed. */
  | {
      readonly code: "history-missing";
      readonly reason: "settled-entry" | "checkpoint";
      readonly height: Height;
      readonly sequence: Sequence;
    };

/** It is void: it took its place in the log and moved nothing. */
export type RejectionFailure =
  | { readonly code: "session-killed"; readonly generation: Generation; readonly current: Generation }
  | { readonly code: "session-revoked"; readonly revokedFrom: Sequence }
  | { readonly code: "session-frozen"; readonly frozenFrom: Sequence }
  | { readonly code: "session-not-yet-valid"; readonly time: TimeMs; readonly notBefore: TimeMs }
  /** `reason`: signed at or after the expiry, or settled after its grace. */
  | {
      readonly code: "session-expired";
      readonly reason: "signed-late" | "settled-late";
      readonly time: TimeMs;
      readonly expiry: TimeMs;
      readonly ledgerTime: TimeMs;
      readonly graceMs: number;
    }
  /** `asset` is empty where the operation has none. */
  | { readonly code: "permission-missing"; readonly permission: NeededPermission; readonly asset: AssetCode | "" }
  | { readonly code: "region-not-allowed"; readonly reason: "not-said" | "outside" }
  | { readonly code: "recipient-not-allowed"; readonly to: AccountId }
  | {
      readonly code: "time-went-backwards";
      readonly reason: "before-previous" | "before-checkpoint";
      readonly time: TimeMs;
      readonly earliest: TimeMs;
    }
  | {
      readonly code: "checkpoint-unknown";
      readonly height: Height;
      readonly tag: CheckpointTag;
      readonly expected: CheckpointTag;
    }
  | { readonly code: "checkpoint-went-backwards"; readonly height: Height; readonly lowest: Height }
  | { readonly code: "offline-too-long"; readonly time: TimeMs; readonly ledgerTime: TimeMs; readonly limitMs: number }
  | { readonly code: "asset-unknown"; readonly asset: AssetCode }
  | { readonly code: "amount-invalid"; readonly reason: "zero" | "to-self"; readonly amount: Amount }
  | {
      readonly code: "limit-per-transaction";
      readonly asset: AssetCode;
      readonly limit: Amount;
      readonly asked: Amount;
      readonly left: Amount;
    }
  | {
      readonly code: "limit-per-day";
      readonly asset: AssetCode;
      readonly limit: Amount;
      readonly used: Amount;
      readonly asked: Amount;
      readonly left: Amount;
      readonly renewsAt: TimeMs;
    }
  | {
      readonly code: "limit-offline";
      readonly asset: AssetCode;
      readonly limit: Amount;
      readonly used: Amount;
      readonly asked: Amount;
      readonly left: Amount;
    }
  | { readonly code: "float-exceeded"; readonly asset: AssetCode; readonly asked: Amount; readonly left: Amount }
  | {
      readonly code: "stake-rules";
      readonly reason: "other-asset" | "not-staked" | "too-many-validators" | "too-many-unbonding";
      readonly asked: Amount;
      readonly left: Amount;
    }
  | { readonly code: "insufficient-funds"; readonly asset: AssetCode; readonly asked: Amount; readonly left: Amount };

/** Any SEND permission, or the one of that name. */
export type NeededPermission = "SEND" | "STAKE_MANAGE" | "IMPORT_EXECUTE";

export type Failure = IgnoredFailure | DeferralFailure | RejectionFailure;
export type FailureCode = Failure["code"];

/** Whose verdict it is: an entry and its place. */
export interface VerdictSubject {
  readonly entry: EntryId;
  readonly session: SessionId;
  readonly sequence: Sequence;
}

export type Verdict = VerdictSubject &
  (
    | { readonly outcome: "accepted" }
    | { readonly outcome: "rejected"; readonly failure: RejectionFailure }
    | { readonly outcome: "deferred"; readonly failure: DeferralFailure }
    | { readonly outcome: "ignored"; readonly failure: IgnoredFailure }
  );

/** Why a record of an account was not taken. */
export type ControlFailure =
  | { readonly code: "duplicate" }
  /** Another control entry has its place: the master key signed two. */
  | { readonly code: "sequence-taken"; readonly sequence: Sequence }
  /** It was not signed by the key that its signer has. */
  | { readonly code: "signer-not-current"; readonly key: PublicKey }
  | { readonly code: "account-unknown"; readonly account: AccountId }
  | { readonly code: "session-unknown"; readonly account: AccountId; readonly session: SessionId }
  | { readonly code: "previous-missing"; readonly previous: Link; readonly nextSequence: Sequence }
  | { readonly code: "generation-mismatch"; readonly generation: Generation; readonly expected: Generation }
  | { readonly code: "key-in-use"; readonly key: PublicKey; readonly session: SessionId }
  | { readonly code: "sessions-full"; readonly limit: number; readonly used: number }
  | { readonly code: "recovery-over"; readonly round: number; readonly current: number }
  | { readonly code: "recovery-not-allowed"; readonly reason: "way-not-chosen" | "no-guardian" }
  | { readonly code: "recovery-pending"; readonly start: EntryId }
  | { readonly code: "recovery-unknown"; readonly start: EntryId }
  /** `due`: the ledger time from which on it can be completed; 0 while the threshold is not reached. */
  | { readonly code: "recovery-waiting"; readonly start: EntryId; readonly due: TimeMs };

/** What became of an inception or a control entry. `id` is the account's or the control entry's. */
export type ControlVerdict = {
  readonly record: "inception" | "control";
  readonly account: AccountId;
  readonly id: AccountId | EntryId;
  /** It revoked or killed, whatever became of its place (spec [CTL10]). */
  readonly hasActed?: true;
} & (
  | { readonly outcome: "accepted" }
  | { readonly outcome: "rejected" | "deferred" | "ignored"; readonly failure: ControlFailure }
);

/** Accepted or rejected: settled with the checkpoint that decides it, for good. */
export function isDecided(verdict: { readonly outcome: Outcome }): boolean {
  return verdict.outcome === "accepted" || verdict.outcome === "rejected";
}
