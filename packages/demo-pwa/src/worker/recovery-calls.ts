/** What the page may ask about recoveries of a wallet that is open: as an account's owner, and as a guardian of others. */
import type { Recovery, RecoveryKey } from "@amigos/core";
import { WalletError, type RecoveryOptions, type Wallet } from "@amigos/engine";
import type { GuardianChoice, GuardianRequestRead } from "../wallet/recovering.ts";
import type { WalletCalls } from "../wallet/wallet-calls.ts";
import type { BackupKeeper } from "./backup-keeper.ts";
import type { ContactBook } from "./contact-book.ts";
import { guardedShown } from "./guarded.ts";

export type RecoveryCalls = Pick<
  WalletCalls,
  | "holdsAccountKey"
  | "chooseGuardians"
  | "practise"
  | "invite"
  | "takeAcceptance"
  | "takePractice"
  | "guarded"
  | "readGuardianRequest"
  | "acceptInvitation"
  | "reviewRecovery"
  | "approveRecovery"
  | "vetoRecovery"
  | "takeStatement"
>;

export interface RecoveryCallsOptions {
  /** What is open now. */
  readonly open: () => {
    readonly wallet: Wallet;
    readonly backup: BackupKeeper;
    readonly contacts: ContactBook;
  };
  /** What is shown may have changed without a change of the wallet's view. */
  readonly onChanged: () => void;
}

const DAY_MS = 86_400_000;

export function recoveryCalls({ open, onChanged }: RecoveryCallsOptions): RecoveryCalls {
  return {
    holdsAccountKey: () => holdsAccountKey(open().wallet),
    chooseGuardians: async (choice) => {
      const { wallet, backup } = open();
      const account = await wallet.openAccount();
      await account.setRecovery(waysWith(choice, wallet.view.recovery.ways));
      await backup.outdate();
      onChanged();
    },
    practise: () => open().wallet.recovery.practise(),
    invite: () => open().wallet.recovery.invite(),
    takeAcceptance: ({ answer }) => open().wallet.recovery.takeAcceptance(answer),
    takePractice: ({ answer }) => open().wallet.recovery.takePractice(answer),
    guarded: async () => {
      const { wallet, contacts } = open();
      const named = new Set(contacts.all.map(({ account }) => account));
      return guardedShown(wallet.recovery.guarded(), (account) => named.has(account));
    },
    readGuardianRequest: ({ request }) => readGuardianRequest(open().wallet, request),
    acceptInvitation: ({ invitation }) => open().wallet.recovery.acceptInvitation(invitation),
    reviewRecovery: async ({ request }) => open().wallet.recovery.review(request),
    approveRecovery: ({ request }) => open().wallet.recovery.approve(request),
    vetoRecovery: ({ start }) => open().wallet.recovery.veto(start),
    takeStatement: async ({ statement }) => {
      await open().wallet.recovery.take(statement);
      onChanged();
    },
  };
}

async function holdsAccountKey(wallet: Wallet): Promise<boolean> {
  try {
    await wallet.openAccount();
    return true;
  } catch (error) {
    if (error instanceof WalletError && error.detail.type === "master-key-missing") return false;
    throw error;
  }
}

/** The two have one form; which it is, the wallet says. */
async function readGuardianRequest({ recovery }: Wallet, request: string): Promise<GuardianRequestRead> {
  try {
    return { type: "invitation", review: recovery.reviewInvitation(request) };
  } catch (error) {
    if (!isPractice(error)) throw error;
    return { type: "practice", answer: await recovery.answerPractice(request) };
  }
}

function isPractice(error: unknown): boolean {
  if (!(error instanceof WalletError) || error.detail.type !== "recovery-refused") return false;
  return error.detail.error.type === "asks-something-else" && error.detail.error.found === "practice";
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
