/** The time of the world: it passes when something happens, and the clock of each phone may be off. */
import { timeMs, type TimeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine";

export class WorldClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Map<number, { readonly due: number; readonly action: () => void }>();

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): TimeMs => timeMs(this.#now);

  readonly after = (delayMs: number, action: () => void): (() => void) => {
    const order = this.#order++;
    this.#timers.set(order, { due: this.#now + delayMs, action });
    return () => this.#timers.delete(order);
  };

  /** Timers that are due go off in the order in which they are. */
  pass(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(([, timer]) => timer.due <= this.#now);
    for (const [order, { action }] of due.toSorted(([a, one], [b, other]) => one.due - other.due || a - b))
      if (this.#timers.delete(order)) action();
  }
}

/** What a phone shows for a time: right, or off by as much as somebody has set it. */
export class PhoneClock implements Clock {
  readonly #world: WorldClock;
  shiftMs = 0;

  constructor(world: WorldClock) {
    this.#world = world;
  }

  readonly now = (): TimeMs => timeMs(this.#world.now() + this.shiftMs);

  readonly after = (delayMs: number, action: () => void): (() => void) => this.#world.after(delayMs, action);
}
