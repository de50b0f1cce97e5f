/** How many entries of one account are taken in: so many at once, and so many a minute in the long run (spec [ADM2]). */
import type { AccountId } from "@amigos/core";
import type { Clock } from "@amigos/engine/ports";

export interface AccountRatesOptions {
  readonly clock: Clock;
  readonly perMinute: number;
}

/** What devices that were away for weeks bring at once, all those of a shop together. */
export const ENTRIES_BURST = 16_384;

/**
 * Accounts that are remembered. Whose burst is full again is forgotten first; beyond that, who was heard least lately, which
 * gives it its burst anew: by then as many others had to be registered.
 */
const ACCOUNTS_MAX = 65_536;

interface Bucket {
  readonly left: number;
  readonly at: number;
}

export class AccountRates {
  readonly #options: AccountRatesOptions;
  /** Who was heard least lately first. */
  readonly #buckets = new Map<AccountId, Bucket>();

  constructor(options: AccountRatesOptions) {
    this.#options = options;
  }

  /** How many accounts are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Counts all of it, or names an account of which it is too much now and counts nothing. */
  spend(entriesByAccount: ReadonlyMap<AccountId, number>): AccountId | undefined {
    const now = this.#options.clock.now();
    for (const [account, entries] of entriesByAccount) if (this.#left(account, now) < entries) return account;
    for (const [account, entries] of entriesByAccount) {
      const left = this.#left(account, now) - entries;
      this.#buckets.delete(account);
      this.#buckets.set(account, { left, at: now });
    }
    this.#forget(now);
    return undefined;
  }

  /**
   * Takes back what was counted. Whoever is forgotten has nothing counted. All that a step of the replica has spent comes back before
   * anything else is spent: of what was spent in between, the time that has passed would have made room a second time.
   */
  giveBack(entriesByAccount: ReadonlyMap<AccountId, number>): void {
    for (const [account, entries] of entriesByAccount) {
      const bucket = this.#buckets.get(account);
      if (bucket !== undefined)
        this.#buckets.set(account, { ...bucket, left: Math.min(ENTRIES_BURST, bucket.left + entries) });
    }
  }

  /** A clock that was put back gives nothing until it has caught up. */
  #left(account: AccountId, now: number): number {
    const bucket = this.#buckets.get(account);
    if (bucket === undefined) return ENTRIES_BURST;
    const gained = (Math.max(0, now - bucket.at) * this.#options.perMinute) / 60_000;
    return Math.min(ENTRIES_BURST, bucket.left + gained);
  }

  /** From the front, where they have waited longest. */
  #forget(now: number): void {
    for (const account of this.#buckets.keys()) {
      if (this.#buckets.size <= ACCOUNTS_MAX && this.#left(account, now) < ENTRIES_BURST) return;
      this.#buckets.delete(account);
    }
  }
}
