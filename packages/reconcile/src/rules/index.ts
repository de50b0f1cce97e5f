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
import { historyMissing } from "./history-missing.ts";
import { insufficientFunds } from "./insufficient-funds.ts";
import { limitPerDay } from "./limit-per-day.ts";
import { limitPerTransaction } from "./limit-per-transaction.ts";
import { offlineTooLong } from "./offline-too-long.ts";
import { permissionMissing } from "./permission-missing.ts";
import { previousMissing } from "./previous-missing.ts";
import type { EntryRule, PlaceRule } from "./rule.ts";
import { sessionExpired } from "./session-expired.ts";
import { sessionFrozen } from "./session-frozen.ts";
import { sessionNotYetValid } from "./session-not-yet-valid.ts";
import { sessionUnknown } from "./session-unknown.ts";
import { timeInFuture } from "./time-in-future.ts";
import { timeWentBackwards } from "./time-went-backwards.ts";

/** Is there anything to judge, and by whose limits? */
export const PLACE_RULES: readonly PlaceRule[] = [duplicate, accountUnknown, sessionUnknown];

/** For entries whose account and session are known. */
export const ENTRY_RULES: readonly EntryRule[] = [
  sessionFrozen,
  historyMissing,
  previousMissing,
  dependencyMissing,
  timeInFuture,
  checkpointAhead,
  sessionNotYetValid,
  sessionExpired,
  permissionMissing,
  timeWentBackwards,
  checkpointUnknown,
  checkpointWentBackwards,
  offlineTooLong,
  assetUnknown,
  amountInvalid,
  limitPerTransaction,
  limitPerDay,
  insufficientFunds,
];

export const LADDER: readonly (PlaceRule | EntryRule)[] = [...PLACE_RULES, ...ENTRY_RULES];
