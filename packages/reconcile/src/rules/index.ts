/**
 * The ladder: every rule in order of precedence. The first that fails is the verdict. This list is the table of contents
 * of `docs/spec/rules/`; why each stands where it does is said there (spec [LAD2]).
 */
import { accountUnknown } from "./account-unknown.ts";
import { amountInvalid } from "./amount-invalid.ts";
import { assetUnknown } from "./asset-unknown.ts";
import { checkpointAhead } from "./checkpoint-ahead.ts";
import { checkpointUnknown } from "./checkpoint-unknown.ts";
import { checkpointWentBackwards } from "./checkpoint-went-backwards.ts";
import { dependencyMissing } from "./dependency-missing.ts";
import { duplicate } from "./duplicate.ts";
import { floatExceeded } from "./float-exceeded.ts";
import { historyMissing } from "./history-missing.ts";
import { insufficientFunds } from "./insufficient-funds.ts";
import { limitOffline } from "./limit-offline.ts";
import { limitPerDay } from "./limit-per-day.ts";
import { limitPerTransaction } from "./limit-per-transaction.ts";
import { offlineTooLong } from "./offline-too-long.ts";
import { permissionMissing } from "./permission-missing.ts";
import { previousMissing } from "./previous-missing.ts";
import { recipientNotAllowed } from "./recipient-not-allowed.ts";
import { regionNotAllowed } from "./region-not-allowed.ts";
import { sessionExpired } from "./session-expired.ts";
import { sessionFrozen } from "./session-frozen.ts";
import { sessionKilled } from "./session-killed.ts";
import { sessionNotYetValid } from "./session-not-yet-valid.ts";
import { sessionRevoked } from "./session-revoked.ts";
import { sessionUnknown } from "./session-unknown.ts";
import { stakeRules } from "./stake-rules.ts";
import { timeInFuture } from "./time-in-future.ts";
import { timeWentBackwards } from "./time-went-backwards.ts";
import type { EntryRule, PlaceRule } from "./rule.ts";

/** Is there anything to judge, and by whose limits? */
export const PLACE_RULES: readonly PlaceRule[] = [duplicate, accountUnknown, sessionUnknown];

/** For entries whose account and session are known. */
export const ENTRY_RULES: readonly EntryRule[] = [
  sessionKilled,
  sessionRevoked,
  sessionFrozen,
  historyMissing,
  previousMissing,
  dependencyMissing,
  timeInFuture,
  checkpointAhead,
  sessionNotYetValid,
  sessionExpired,
  permissionMissing,
  regionNotAllowed,
  recipientNotAllowed,
  timeWentBackwards,
  checkpointUnknown,
  checkpointWentBackwards,
  offlineTooLong,
  assetUnknown,
  amountInvalid,
  limitPerTransaction,
  limitPerDay,
  limitOffline,
  floatExceeded,
  stakeRules,
  insufficientFunds,
];

export const LADDER: readonly (PlaceRule | EntryRule)[] = [...PLACE_RULES, ...ENTRY_RULES];
