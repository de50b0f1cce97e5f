/**
 * How an account gets a new master key when the old one is lost (spec [RCV1]): guardians who agree, a key that works alone
 * after a long delay, or a key from a backup. Each way waits its delay in ledger time, in which the master key or a session
 * with ACCOUNT_RECOVER may veto. Against theft it does not help, for a thief could veto too: that is what rotation is for.
 */
import { body, id, idSet, integer, optional, refined, tuple, type Schema } from "../encoding/schema.ts";
import type { AccountId, PublicKey } from "../ids.ts";
import { GUARDIANS_MAX, RECOVERY_DELAY_MS_MAX } from "../limits.ts";

/** Accounts of which `threshold` together may start a recovery. */
export interface Guardians {
  /** In ascending order. */
  readonly accounts: readonly AccountId[];
  readonly threshold: number;
  readonly delayMs: number;
}

/** A key that may start a recovery alone. */
export interface RecoveryKey {
  readonly key: PublicKey;
  readonly delayMs: number;
}

/** The ways that an account has chosen; a way that is left out does not exist. */
export interface Recovery {
  readonly guardians?: Guardians;
  readonly timeLockedKey?: RecoveryKey;
  readonly backupKey?: RecoveryKey;
}

const delayMs: Schema<number> = integer(RECOVERY_DELAY_MS_MAX);

const guardiansSchema: Schema<Guardians> = refined(
  tuple<Guardians>({ accounts: idSet<AccountId>(GUARDIANS_MAX), threshold: integer(GUARDIANS_MAX), delayMs }),
  ({ accounts, threshold }) =>
    threshold >= 1 && threshold <= accounts.length ? undefined : "a threshold from 1 to the number of guardians",
);

const recoveryKeySchema: Schema<RecoveryKey> = tuple<RecoveryKey>({ key: id<PublicKey>(), delayMs });

export const recoverySchema: Schema<Recovery> = refined(
  body<Recovery>({
    guardians: optional(0, guardiansSchema),
    timeLockedKey: optional(1, recoveryKeySchema),
    backupKey: optional(2, recoveryKeySchema),
  }),
  (recovery) => (Object.keys(recovery).length > 0 ? undefined : "at least one way"),
);

/** The keys that a recovery registers; each must be one that may be registered (spec [SIG2]). */
export function keysOfRecovery(recovery: Recovery | undefined): readonly PublicKey[] {
  return [recovery?.timeLockedKey, recovery?.backupKey].flatMap((way) => (way === undefined ? [] : [way.key]));
}
