/**
 * Gives every new account its first money, once, by an ordinary payment that the faucet's own session signs. That an
 * account was paid is written in the same batch that reserves the payment's place in the log, and a reserved place always
 * gets its payment, also after a crash: so nobody is paid twice and nobody is forgotten.
 */
import { amount, type AccountId, type Money } from "@amigos/core";
import { OwnLog, WalletError, type Replica } from "@amigos/engine";
import type { Clock, Store } from "@amigos/engine/ports";
import { DEMO_ASSET, type HubAccount } from "../data/demo-network.ts";
import { TokenBucket } from "../token-bucket.ts";

export const FAUCET_MONEY: Money = { asset: DEMO_ASSET.code, amount: amount(100_00n) };

export type FaucetRefusal =
  | { readonly type: "already-paid" }
  /** Too many ask at once. */
  | { readonly type: "faucet-busy"; readonly retryInMs: number }
  /** All of it was given away. */
  | { readonly type: "faucet-empty" };

export type FaucetReply = { readonly type: "paid"; readonly money: Money } | FaucetRefusal;

export interface FaucetOptions {
  readonly replica: Replica;
  readonly store: Store;
  readonly clock: Clock;
  readonly account: HubAccount;
}

/** A class of wallets may start at once; after that, one account each second. */
const BURST = 32;
const REFILL_MS = 1_000;

/** Requests that wait for their turn. Each is one disk write. */
const QUEUE_MAX = 64;

const PAID = Uint8Array.of(1);

export class Faucet {
  readonly #options: FaucetOptions;
  readonly #log: OwnLog;
  readonly #rate: TokenBucket;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  private constructor(options: FaucetOptions) {
    const { account, replica, store, clock } = options;
    this.#options = options;
    this.#log = new OwnLog({
      replica,
      store,
      clock,
      signer: account.signer,
      account: account.inception.id,
      session: account.session,
    });
    this.#rate = new TokenBucket({ clock, capacity: BURST, refillMs: REFILL_MS });
  }

  /** Finishes first what a crash interrupted. */
  static async open(options: FaucetOptions): Promise<Faucet> {
    const faucet = new Faucet(options);
    await faucet.#log.resume();
    return faucet;
  }

  /**
   * Resolves with `paid` when the payment is durable.
   * @throws {StoreError} when the disk does not take it; nothing was paid then
   */
  async pay(to: AccountId): Promise<FaucetReply> {
    if (this.#waiting >= QUEUE_MAX) return { type: "faucet-busy", retryInMs: REFILL_MS };
    this.#waiting += 1;
    const turn = this.#queue.then(() => this.#payOnce(to)).finally(() => (this.#waiting -= 1));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #payOnce(to: AccountId): Promise<FaucetReply> {
    const key = `faucet/paid/${to}`;
    if ((await this.#options.store.get(key)) !== undefined) return { type: "already-paid" };
    if (!this.#rate.take()) return { type: "faucet-busy", retryInMs: REFILL_MS };
    try {
      await this.#log.append(
        { type: "pay", to, ...FAUCET_MONEY, memo: "Demo money" },
        { reserved: [{ type: "put", key, value: PAID }] },
      );
      return { type: "paid", money: FAUCET_MONEY };
    } catch (error) {
      if (!(error instanceof WalletError)) throw error;
      const { detail } = error;
      if (detail.type === "too-many-unsettled") return { type: "faucet-busy", retryInMs: REFILL_MS };
      if (detail.type === "payment-refused" && detail.failure.code === "insufficient-funds")
        return { type: "faucet-empty" };
      throw error;
    }
  }
}
