/**
 * What somebody may use in a time: so much at once, and so much more each second. It never refuses; it says how long to
 * wait, so whoever is merely fast is slowed down and nothing is held against them (spec [CON1]).
 */
import type { TimeMs } from "@amigos/core";

export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

export class Quota {
  readonly #allowance: Allowance;
  #left: number;
  #at: TimeMs;

  constructor(allowance: Allowance, now: TimeMs) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#at = now;
  }

  /** Uses up `amount`. Returns for how many milliseconds whoever used it has to wait now. A clock that goes back gives nothing. */
  take(amount: number, now: TimeMs): number {
    const { burst, perSecond } = this.#allowance;
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) * perSecond) / 1000) - amount;
    this.#at = now;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left * 1000) / perSecond);
  }
}
