/**
 * The first money: asked of the hub's faucet once for every new account. Without a hub it stays wanted, and is asked for
 * again when a hub comes into reach, also after the app was closed in between.
 */
import { accountToText, type AccountId } from "@amigos/core";
import type { Funding } from "../wallet/wallet-state.ts";
import type { AppDatabase } from "./app-database.ts";

/** HTTP statuses of the hub's faucet: this account has had its money; too many ask at once. */
const ALREADY_PAID = 409;
const BUSY = 429;

export interface FaucetOptions {
  readonly database: AppDatabase;
  /** Names the wallet whose money it is. */
  readonly store: string;
  readonly account: AccountId;
  readonly onChange: (funding: Funding) => void;
}

export class Faucet {
  readonly #options: FaucetOptions;
  #funding: Funding = { type: "none" };

  constructor(options: FaucetOptions) {
    this.#options = options;
  }

  get funding(): Funding {
    return this.#funding;
  }

  /** For a new account: wanted from here on, whatever happens. */
  async want(): Promise<void> {
    await this.#options.database.set(this.#key, "wanted");
    await this.ask();
  }

  /** For a wallet that was opened again: still wanted if it never worked out. */
  async resume(): Promise<void> {
    if ((await this.#options.database.get(this.#key)) === "wanted") await this.ask();
  }

  /** Again, when a hub came into reach. */
  async retry(): Promise<void> {
    if (this.#funding.type === "waiting") await this.ask();
  }

  async ask(): Promise<void> {
    this.#become({ type: "asking" });
    const funding = await askFaucet(this.#options.account);
    if (funding.type !== "waiting") await this.#options.database.set(this.#key, funding.type);
    this.#become(funding);
  }

  get #key(): `funding/${string}` {
    return `funding/${this.#options.store}`;
  }

  #become(funding: Funding): void {
    this.#funding = funding;
    this.#options.onChange(funding);
  }
}

async function askFaucet(account: AccountId): Promise<Funding> {
  try {
    const response = await fetch("/faucet", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ account: accountToText(account) }),
    });
    if (response.ok || response.status === ALREADY_PAID) return { type: "granted" };
    if (response.status === BUSY) return { type: "waiting" };
    const answer = (await response.json()) as { readonly error?: { readonly type?: string } };
    return { type: "refused", reason: String(answer.error?.type ?? response.status) };
  } catch {
    return { type: "waiting" };
  }
}
