import { timeMs, type TimeMs } from "@amigos/core";
import { START } from "@amigos/core/testing";
import type { Clock } from "@amigos/engine";

/** A clock that goes when a test says so. */
export class HandClock implements Clock {
  #now: number;
  readonly #timers = new Map<() => void, number>();

  constructor(now: number = START) {
    this.#now = now;
  }

  readonly now = (): TimeMs => timeMs(this.#now);

  readonly after = (delayMs: number, action: () => void): (() => void) => {
    const timer = (): void => action();
    this.#timers.set(timer, this.#now + delayMs);
    return () => this.#timers.delete(timer);
  };

  /** How many timers are set. */
  get waiting(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const [timer, due] of [...this.#timers]) {
      if (due > this.#now) continue;
      this.#timers.delete(timer);
      timer();
    }
  }
}
