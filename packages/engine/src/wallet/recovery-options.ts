/** How an account may be recovered, as a developer writes it, and as it is signed. */
import {
  checkPublicKey,
  compareHex,
  encodeWith,
  equalBytes,
  hexToBytes,
  isIdText,
  limits,
  recoverySchema,
  type AccountId,
  type PublicKey,
  type Recovery,
  type RecoveryKey,
} from "@amigos/core";
import type { ControlLog } from "./control-log.ts";
import { WalletError } from "./wallet-error.ts";

/** Each way waits its delay, by the ledger, in which the account may veto. */
export interface RecoveryOptions {
  /** Accounts of which `threshold` together may give the account a new master key. */
  readonly guardians?: {
    readonly accounts: readonly AccountId[];
    readonly threshold: number;
    readonly delay: { readonly days: number };
  };
  /** A key that works alone, after a delay meant to be long. */
  readonly timeLockedKey?: { readonly key: PublicKey; readonly delay: { readonly days: number } };
  /** A key from a backup (`@amigos/core/backup` makes one from a phrase). */
  readonly backupKey?: { readonly key: PublicKey; readonly delay: { readonly days: number } };
}

const DAY_MS = 86_400_000;

export async function setRecovery(log: ControlLog, ways: RecoveryOptions): Promise<void> {
  const recovery = chosen(ways);
  const isSame = (other: Recovery | undefined): boolean =>
    other === undefined || recovery === undefined
      ? other === recovery
      : equalBytes(encodeWith(recoverySchema, other), encodeWith(recoverySchema, recovery));
  await log.append({
    isSame: (operation) => operation.type === "set-recovery" && isSame(operation.recovery),
    decide: async (account) => {
      if (isSame(account.recovery) && account.recoveries.length === 0) return undefined;
      return { operation: { type: "set-recovery", ...(recovery === undefined ? {} : { recovery }) } };
    },
  });
}

function chosen({ guardians, timeLockedKey, backupKey }: RecoveryOptions): Recovery | undefined {
  const recovery: Recovery = {
    ...(guardians === undefined ? {} : { guardians: guardiansOf(guardians) }),
    ...(timeLockedKey === undefined ? {} : { timeLockedKey: keyOf(timeLockedKey) }),
    ...(backupKey === undefined ? {} : { backupKey: keyOf(backupKey) }),
  };
  return Object.keys(recovery).length === 0 ? undefined : recovery;
}

function guardiansOf(wanted: NonNullable<RecoveryOptions["guardians"]>): NonNullable<Recovery["guardians"]> {
  const accounts = wanted.accounts.toSorted(compareHex);
  const isSet = new Set(accounts).size === accounts.length;
  if (!isSet || accounts.length === 0 || accounts.length > limits.GUARDIANS_MAX) throw invalid("guardians");
  const { threshold } = wanted;
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > accounts.length) throw invalid("threshold");
  return { accounts, threshold, delayMs: delayOf(wanted.delay) };
}

function keyOf({ key, delay }: NonNullable<RecoveryOptions["backupKey"]>): RecoveryKey {
  if (!isIdText(key) || !checkPublicKey(hexToBytes(key)).ok) throw invalid("key");
  return { key, delayMs: delayOf(delay) };
}

function delayOf({ days }: { readonly days: number }): number {
  const delayMs = days * DAY_MS;
  if (!Number.isSafeInteger(delayMs) || delayMs < 0 || delayMs > limits.RECOVERY_DELAY_MS_MAX) throw invalid("delay");
  return delayMs;
}

function invalid(field: "guardians" | "threshold" | "delay" | "key"): WalletError {
  return new WalletError({ type: "recovery-invalid", field }, `${field}: no way of recovery that an account can have`);
}
