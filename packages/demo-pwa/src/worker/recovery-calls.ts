/** What the page may ask about recoveries of a wallet that is open: as an account's owner, and as a guardian of others. */
import type { Recovery, RecoveryKey } from "@amigos/core";
import type { RecoveryOptions, Wallet } from "@amigos/engine";
import type { GuardianChoice } from "../wallet/recovering.ts";
import type { WalletCalls } from "../wallet/wallet-calls.ts";
import type { AppDatabase } from "./app-database.ts";
import type { BackupKeeper } from "./backup-keeper.ts";

export type RecoveryCalls = Pick<
  WalletCalls,
  | "chooseGuardians"
  | "practise"
  | "practiceRequest"
  | "takePractice"
  | "guarded"
  | "answerPractice"
  | "reviewRecovery"
  | "approveRecovery"
  | "vetoRecovery"
  | "takeStatement"
>;

export interface RecoveryCallsOptions {
  /** What is open now. */
  readonly open: () => {
    readonly wallet: Wallet;
    readonly storeName: string;
    readonly backup: BackupKeeper;
    readonly database: AppDatabase;
  };
  /** What is shown may have changed without a change of the wallet's view. */
  readonly onChanged: () => void;
}

const DAY_MS = 86_400_000;

export function recoveryCalls({ open, onChanged }: RecoveryCallsOptions): RecoveryCalls {
  return {
    chooseGuardians: async (choice) => {
      const { wallet, backup } = open();
      const account = await wallet.openAccount();
      await account.setRecovery(waysWith(choice, wallet.view.recovery.ways));
      await backup.outdate();
      onChanged();
    },
    practise: async () => {
      const { wallet, storeName, database } = open();
      const request = await wallet.recovery.practise();
      await database.set(`practice/${storeName}`, request);
      return request;
    },
    practiceRequest: async () => {
      const { storeName, database } = open();
      const request = await database.get(`practice/${storeName}`);
      return typeof request === "string" ? request : undefined;
    },
    takePractice: ({ answer }) => open().wallet.recovery.takePractice(answer),
    guarded: async () => open().wallet.recovery.guarded(),
    answerPractice: ({ request }) => open().wallet.recovery.answerPractice(request),
    reviewRecovery: async ({ request }) => open().wallet.recovery.review(request),
    approveRecovery: ({ request }) => open().wallet.recovery.approve(request),
    vetoRecovery: ({ start }) => open().wallet.recovery.veto(start),
    takeStatement: async ({ statement }) => {
      await open().wallet.recovery.take(statement);
      onChanged();
    },
  };
}

/** With these guardians, and whatever other way the account has. */
function waysWith(choice: GuardianChoice | undefined, { timeLockedKey, backupKey }: Recovery = {}): RecoveryOptions {
  const kept = ({ key, delayMs }: RecoveryKey) => ({ key, delay: { days: delayMs / DAY_MS } });
  return {
    ...(timeLockedKey === undefined ? {} : { timeLockedKey: kept(timeLockedKey) }),
    ...(backupKey === undefined ? {} : { backupKey: kept(backupKey) }),
    ...(choice === undefined
      ? {}
      : { guardians: { accounts: choice.accounts, threshold: choice.threshold, delay: { days: choice.days } } }),
  };
}
