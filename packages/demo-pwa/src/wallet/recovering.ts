/** A device that asks the guardians of a lost account for new keys, as page and worker speak of it. */
import type { AccountId, TimeMs } from "@amigos/core";
import type { InvitationReview, RecoveredAccount, RecoveryStanding } from "@amigos/engine";
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
  /** Guardians had agreed, and what they agreed to counts no more. */
  readonly end?: RecoveryEnd;
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

/**
 * What is known of why guardians' approvals count no more. The account has other keys (`other-keys`): somebody else was given
 * it, or its holder changed them. It has other ways of recovery (`other-ways`). It has neither, and something ended all that was
 * under way, which only a device can that may speak for the account (`stopped`). Nothing ended it, and the ledger has nothing
 * that they agreed to (`not-held`): it did not take that, or what they signed holds no more.
 */
export type RecoveryEnd = "other-keys" | "other-ways" | "stopped" | "not-held";

/** By how the account stood when they agreed, and how it stands now. */
export function endOf(
  agreed: RecoveredAccount,
  { approvals, isWon, account }: Pick<RecoveryStanding, "approvals" | "isWon" | "account">,
): RecoveryEnd | undefined {
  if (approvals.length > 0 || isWon) return undefined;
  if (account.round === agreed.round) return "not-held";
  if (account.masterKey !== agreed.masterKey) return "other-keys";
  return isSame(account.ways, agreed.ways) ? "stopped" : "other-ways";
}

function isSame(ways: RecoveredAccount["ways"], others: RecoveredAccount["ways"]): boolean {
  return waysToText(ways) === waysToText(others);
}

/** Whatever order the fields came in. */
function waysToText({ guardians, timeLockedKey, backupKey }: RecoveredAccount["ways"] = {}): string {
  const keyOf = (way: typeof backupKey) => way && [way.key, way.delayMs];
  return JSON.stringify([
    guardians && [guardians.threshold, guardians.delayMs, guardians.accounts],
    keyOf(timeLockedKey),
    keyOf(backupKey),
  ]);
}

/** Accounts that have chosen this one as a guardian, those with a name first. */
export interface Guarded {
  readonly accounts: readonly AccountId[];
  /** How many without a name are left out. */
  readonly more: number;
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
