/** This device's session of an account that its wallet was given new keys of: one, however often it is tried. */
import type { AccountId, Network } from "@amigos/core";
import { WalletError, type Account, type SessionGrant, type Wallet } from "@amigos/engine";
import type { RecoveringRow } from "./recovering-device.ts";
import { ownTerms } from "./session-terms.ts";

export interface GrantRecoveredOptions {
  readonly wallet: Pick<Wallet, "recovery" | "loadHistory">;
  readonly network: Network;
  readonly row: RecoveringRow;
}

export async function grantRecovered({ wallet, network, row }: GrantRecoveredOptions): Promise<SessionGrant> {
  const account = await openRecovered(wallet, row.account);
  return account.createSession({ ...ownTerms(network, row.device), keyName: row.keyName });
}

/** Whoever started from a state knows no inception of before: it comes with the past (spec [DEV8]). */
async function openRecovered(wallet: GrantRecoveredOptions["wallet"], id: AccountId): Promise<Account> {
  try {
    return await wallet.recovery.openRecovered(id);
  } catch (error) {
    const isUnknown =
      error instanceof WalletError &&
      error.detail.type === "recovery-refused" &&
      error.detail.error.type === "account-unknown";
    if (!isUnknown) throw error;
    await wallet.loadHistory();
    return wallet.recovery.openRecovered(id);
  }
}
