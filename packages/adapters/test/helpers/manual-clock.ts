/** A clock that stands still until the test moves it. */
import { timeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine/ports";

export interface ManualClock extends Clock {
  /** Runs what is due within the next `durationMs`, in order. */
  readonly advance: (durationMs: number) => void;
}

interface Timer {
  readonly dueMs: number;
  readonly action: () => void;
}

export function createManualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Set<Timer>();
  const nextUntil = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    now: () => timeMs(nowMs),
    after: (delayMs, action) => {
      const timer = { dueMs: nowMs + delayMs, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (durationMs) => {
      const untilMs = nowMs + durationMs;
      for (let timer = nextUntil(untilMs); timer !== undefined; timer = nextUntil(untilMs)) {
        nowMs = timer.dueMs;
        timers.delete(timer);
        timer.action();
      }
      nowMs = untilMs;
    },
  };
}
