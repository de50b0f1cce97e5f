/** A clock that goes when it is told: for simulations, for worlds in a page, and for tests. */
import { timeMs, type TimeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine/ports";

export class SteppedClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Map<number, { readonly due: number; readonly action: () => void }>();

  constructor(start: TimeMs) {
    this.#now = start;
  }

  /** How many timers are set. */
  get waitingCount(): number {
    return this.#timers.size;
  }

  readonly now = (): TimeMs => timeMs(this.#now);

  readonly after = (delayMs: number, action: () => void): (() => void) => {
    const order = this.#order++;
    this.#timers.set(order, { due: this.#now + delayMs, action });
    return () => this.#timers.delete(order);
  };

  /** So much time passes at once. Timers that are due by then go off in the order in which they are, and of when they were set. */
  pass(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(([, timer]) => timer.due <= this.#now);
    for (const [order, { action }] of due.toSorted(([a, one], [b, other]) => one.due - other.due || a - b))
      if (this.#timers.delete(order)) action();
  }
}
