/** The account that a wallet was given new keys of, ready to grant a session. */
import type { AccountId } from "@amigos/core";
import { WalletError, type Account, type Wallet } from "@amigos/engine";

/** Whoever started from a state knows no inception of before: it comes with the past (spec [DEV8]). */
export async function openRecovered(wallet: Wallet, id: AccountId): Promise<Account> {
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
