/** A bounded rate: bursts up to `capacity`, then one more for every `refillMs` that passed. */
import type { Clock } from "@amigos/engine/ports";

export class TokenBucket {
  readonly #options: { readonly clock: Clock; readonly capacity: number; readonly refillMs: number };
  #tokens: number;
  #filledAt: number;

  constructor(options: { readonly clock: Clock; readonly capacity: number; readonly refillMs: number }) {
    this.#options = options;
    this.#tokens = options.capacity;
    this.#filledAt = options.clock.now();
  }

  /** Takes one if there is one. A clock that was set back gives nothing until it has caught up. */
  take(): boolean {
    const { clock, capacity, refillMs } = this.#options;
    const gained = Math.floor((clock.now() - this.#filledAt) / refillMs);
    if (gained > 0) {
      this.#tokens = Math.min(capacity, this.#tokens + gained);
      this.#filledAt += gained * refillMs;
    }
    if (this.#tokens === 0) return false;
    this.#tokens -= 1;
    return true;
  }
}
