/** Time and chance, which nothing in the engine reads by itself: tests and the simulator bring their own. */
import type { TimeMs } from "@amigos/core";

export interface Clock {
  readonly now: () => TimeMs;
  /**
   * Calls `action` once, after `delayMs`. Returns what cancels it. After 0 it is when whatever else waits had its turn, and no later in
   * a page that nobody sees, whose timers may wait for a minute.
   */
  readonly after: (delayMs: number, action: () => void) => () => void;
}

export interface Random {
  /** Unpredictable bytes: nonces and handshakes hang on them. */
  readonly bytes: (length: number) => Uint8Array;
}
