/** A device that asks the guardians of a lost account for new keys, as page and worker speak of it. */
import type { AccountId, TimeMs } from "@amigos/core";
import type { InvitationReview, RecoveryStanding } from "@amigos/engine";
import type { AppError } from "./app-error.ts";

export interface RecoveringState {
  readonly type: "recovering";
  /** The one that was lost. */
  readonly account: AccountId;
  readonly isHubInReach: boolean;
  /** By which the delay is counted. */
  readonly ledgerTime: TimeMs;
  /** Left out until the ledger has told this device of the account, and where `error` says why it cannot be asked for. */
  readonly asked?: RecoveryAsked;
  readonly standing?: RecoveryStanding;
  readonly error?: AppError;
  /** Guardians had agreed, and nothing of it is under way any more: a device of the account has stopped it. */
  readonly wasStopped: boolean;
  /** It was said that the delay is over; the ledger has to say so, too. */
  readonly isCompleting: boolean;
}

export interface RecoveryAsked {
  /** For one code, which each guardian scans. */
  readonly request: string;
  /** `"4821 0937 1156"`: each guardian's device shows the same. */
  readonly code: string;
  /** Until when guardians take it. */
  readonly expiry: TimeMs;
}

/** Which guardians an owner chooses, and on what terms. */
export interface GuardianChoice {
  readonly accounts: readonly AccountId[];
  readonly threshold: number;
  readonly days: number;
}

/** What somebody shows to who guards them, or is to. Practice is answered at once: nothing comes of it. */
export type GuardianRequestRead =
  | { readonly type: "practice"; readonly answer: string }
  | { readonly type: "invitation"; readonly review: InvitationReview };
