/**
 * This device while it asks for the new keys of an account that was lost. It does so from a wallet of an account of its own,
 * which nobody sees (spec [DEV14]); when the ledger has given it the keys, the wallet goes on as one of the recovered account.
 */
import { bytesToHex, type AccountId } from "@amigos/core";
import { WalletError, type Random, type RecoveredAccount, type RecoveryStanding, type Wallet } from "@amigos/engine";
import type { AppError } from "../wallet/app-error.ts";
import { endOf, type RecoveringState, type RecoveryAsked } from "../wallet/recovering.ts";
import { toTypedError } from "./typed-error.ts";

/** What outlives the page. */
export interface RecoveringRow {
  readonly account: AccountId;
  /** What this device will be called. */
  readonly device: string;
  /** What the vault calls the key of its session, from before there is one: whatever interrupts that, it is granted once. */
  readonly keyName: string;
  /** How the account stood when a guardian was seen to agree. Left out: none was. */
  readonly agreed?: RecoveredAccount | undefined;
  /** Whether its owner said that the delay is over. */
  readonly isCompleting: boolean;
}

const NAME_BYTES = 16;

export function newRecoveringRow({
  account,
  device,
  random,
}: Pick<RecoveringRow, "account" | "device"> & { readonly random: Random }): RecoveringRow {
  return { account, device, keyName: `session/${bytesToHex(random.bytes(NAME_BYTES))}`, isCompleting: false };
}

export interface RecoveringDeviceOptions {
  readonly wallet: Wallet;
  readonly row: RecoveringRow;
  readonly keep: (row: RecoveringRow) => Promise<void>;
  readonly publish: (state: RecoveringState) => void;
  /** The ledger has given this device the keys. Called again after the next change where it did not work out. */
  readonly onWon: (row: RecoveringRow) => Promise<void>;
}

export class RecoveringDevice {
  readonly #options: RecoveringDeviceOptions;
  #row: RecoveringRow;
  #asked: RecoveryAsked | undefined;
  #standing: RecoveryStanding | undefined;
  /** What was won here was lost again. */
  #wasTaken = false;
  #error: AppError | undefined;
  /** Looks one after the other: the newest is told last. */
  #looking: Promise<void> = Promise.resolve();
  #isLookDue = false;
  #isClosed = false;

  constructor(options: RecoveringDeviceOptions) {
    this.#options = options;
    this.#row = options.row;
    options.wallet.subscribe(() => this.look());
  }

  /** What is known may have changed. */
  look(): void {
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    this.#looking = this.#looking.then(() => {
      this.#isLookDue = false;
      return this.#look();
    });
  }

  /** With a new code, where guardians take the one before no more. */
  async askAgain(): Promise<void> {
    this.#asked = undefined;
    await this.#keep({ agreed: undefined, isCompleting: false });
    try {
      await this.#ask();
      this.#wasTaken = false;
    } finally {
      this.look();
    }
  }

  /** @throws {WalletError} `recovery-refused` with `recovery-waiting` before it is due */
  async complete(): Promise<void> {
    await this.#options.wallet.recovery.complete(this.#row.account);
    await this.#keep({ isCompleting: true });
    this.look();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    try {
      // Whoever has won asks no more: that would be for other keys, and these would be lost.
      const isWon = (await this.#stand())?.isWon === true && !this.#wasTaken;
      if (!isWon) await this.#ask();
      // What went wrong before may have passed: only what is wrong now is shown.
      if (isWon || this.#asked !== undefined) this.#error = undefined;
      if (!isWon) await this.#stand();
      this.#publish();
      if (isWon) await this.#takeUp();
    } catch (thrown) {
      // A wallet that was closed meanwhile has nothing to show.
      if (this.#isClosed) return;
      this.#error = toTypedError(thrown);
      this.#publish();
    }
  }

  /** How far it is, once it was asked for. */
  async #stand(): Promise<RecoveryStanding | undefined> {
    try {
      this.#standing = await this.#options.wallet.recovery.standing(this.#row.account);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      this.#standing = undefined;
    }
    const { approvals = [], account } = this.#standing ?? {};
    // In another round they have agreed anew.
    if (approvals.length > 0 && account?.round !== this.#row.agreed?.round) await this.#keep({ agreed: account });
    return this.#standing;
  }

  async #takeUp(): Promise<void> {
    try {
      await this.#options.onWon(this.#row);
    } catch (error) {
      const masterKey = this.#standing?.account.masterKey;
      // A ledger that still has the key of before is only behind.
      if (!isUnknown(error) || masterKey === undefined || masterKey === this.#row.agreed?.masterKey) throw error;
      // Before it was taken up, the ledger gave the account to somebody else.
      this.#wasTaken = true;
      this.look();
    }
  }

  /** Begins when the ledger has told of the account; before that there is nothing to ask for. */
  async #ask(): Promise<void> {
    if (this.#asked !== undefined) return;
    try {
      const { text, code, expiry } = await this.#options.wallet.recovery.begin(this.#row.account, {
        type: "guardians",
      });
      this.#asked = { request: text, code, expiry };
      this.#error = undefined;
    } catch (error) {
      if (!(error instanceof WalletError) || error.detail.type !== "recovery-refused") throw error;
      // Whoever has heard everything that the hub has to say, and not of the account, never will.
      this.#error = error.detail.error.type === "account-unknown" && !this.#isUpToDate ? undefined : error.detail;
    }
  }

  get #isUpToDate(): boolean {
    const { view } = this.#options.wallet;
    return view.session.status === "active";
  }

  #publish(): void {
    if (this.#isClosed) return;
    const { wallet, publish } = this.#options;
    const { account, agreed, isCompleting } = this.#row;
    const standing = this.#standing;
    const end = this.#wasTaken
      ? "other-keys"
      : standing === undefined || agreed === undefined
        ? undefined
        : endOf(agreed, standing);
    publish({
      type: "recovering",
      account,
      isHubInReach: wallet.view.connections.some(({ role }) => role === "hub"),
      ledgerTime: wallet.view.ledger.time,
      isCompleting,
      ...(this.#asked === undefined ? {} : { asked: this.#asked }),
      ...(standing === undefined ? {} : { standing }),
      ...(end === undefined ? {} : { end }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    });
  }

  async #keep(changes: Partial<RecoveringRow>): Promise<void> {
    this.#row = { ...this.#row, ...changes };
    await this.#options.keep(this.#row);
  }
}

/** Nothing was asked for, or what was has other keys by now. */
function isUnknown(error: unknown): boolean {
  if (!(error instanceof WalletError) || error.detail.type !== "recovery-refused") return false;
  return error.detail.error.type === "recovery-unknown";
}
