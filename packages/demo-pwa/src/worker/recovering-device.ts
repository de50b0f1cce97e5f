/**
 * This device while it asks for the new keys of an account that was lost. It does so from a wallet of an account of its own,
 * which nobody sees (spec [DEV14]); when the ledger has given it the keys, the wallet goes on as one of the recovered account.
 */
import type { AccountId } from "@amigos/core";
import { WalletError, type Wallet } from "@amigos/engine";
import type { AppError } from "../wallet/app-error.ts";
import type { RecoveringState, RecoveryAsked } from "../wallet/recovering.ts";
import { toTypedError } from "./typed-error.ts";

/** What outlives the page. */
export interface RecoveringRow {
  readonly account: AccountId;
  /** What this device will be called. */
  readonly device: string;
  /** Whether a guardian was seen to agree. */
  readonly hasAgreed: boolean;
  /** Whether its owner said that the delay is over. */
  readonly isCompleting: boolean;
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
    await this.#keep({ hasAgreed: false, isCompleting: false });
    this.look();
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
      await this.#ask();
      // What went wrong before may have passed: only what is wrong now is shown.
      if (this.#asked !== undefined) this.#error = undefined;
      await this.#show();
    } catch (thrown) {
      // A wallet that was closed meanwhile has nothing to show.
      if (this.#isClosed) return;
      this.#error = toTypedError(thrown);
      this.#publish();
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

  async #show(): Promise<void> {
    if (this.#asked === undefined) return this.#publish();
    const { wallet, onWon } = this.#options;
    const standing = await wallet.recovery.standing(this.#row.account);
    if (standing.approvals.length > 0 && !this.#row.hasAgreed) await this.#keep({ hasAgreed: true });
    const wasStopped = this.#row.hasAgreed && standing.approvals.length === 0 && !standing.isWon;
    this.#publish({ standing, wasStopped });
    if (standing.isWon) await onWon(this.#row);
  }

  #publish(more: Partial<RecoveringState> = {}): void {
    if (this.#isClosed) return;
    const { wallet, publish } = this.#options;
    publish({
      type: "recovering",
      account: this.#row.account,
      isHubInReach: wallet.view.connections.some(({ role }) => role === "hub"),
      ledgerTime: wallet.view.ledger.time,
      wasStopped: false,
      isCompleting: this.#row.isCompleting,
      ...(this.#asked === undefined ? {} : { asked: this.#asked }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...more,
    });
  }

  async #keep(changes: Partial<RecoveringRow>): Promise<void> {
    this.#row = { ...this.#row, ...changes };
    await this.#options.keep(this.#row);
  }
}
