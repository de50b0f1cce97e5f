/** The clock of a phone in a world whose time passes when something happens. */
import { timeMs, type TimeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine";

/** What a phone shows for a time: right, or off by as much as somebody has set it. */
export class PhoneClock implements Clock {
  readonly #world: Clock;
  shiftMs = 0;

  constructor(world: Clock) {
    this.#world = world;
  }

  readonly now = (): TimeMs => timeMs(this.#world.now() + this.shiftMs);

  readonly after = (delayMs: number, action: () => void): (() => void) => this.#world.after(delayMs, action);
}
