/**
 * Notices a peer that is gone without a goodbye: a phone out of range, a cable pulled, a tab that was killed. A wire
 * alone reports that only after minutes, or never.
 */
import type { Clock } from "@amigos/engine/ports";

export interface Heartbeat {
  /** Anything at all arrived. */
  readonly heard: () => void;
  readonly stop: () => void;
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** A silent peer is given up after one to two of these. */
  readonly intervalMs: number;
  /** Makes a live peer say something. */
  readonly ping: () => void;
  readonly onDead: () => void;
  /** Whether something left since the last time this was asked, which is once an interval. Default: nobody knows. */
  readonly isLeaving?: () => boolean;
}

/** Mobile networks drop idle connections after 30 s and more; two intervals of this stay below that. */
export const HEARTBEAT_INTERVAL_MS = 15_000;

export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { clock, intervalMs, isLeaving = () => false } = options;
  let hasHeard = true;
  let cancel: () => void = () => {};
  let dueMs = 0;
  const wait = (): void => {
    dueMs = clock.now() + intervalMs;
    cancel = clock.after(intervalMs, beat);
  };
  const beat = (): void => {
    // A beat that comes late by a whole interval says that it was we who slept: the peer gets another chance.
    const wasAsleep = clock.now() - dueMs >= intervalMs;
    const isBusy = isLeaving();
    if (!hasHeard && !wasAsleep && !isBusy) return options.onDead();
    hasHeard = false;
    wait();
    options.ping();
  };
  wait();
  return {
    heard: () => {
      hasHeard = true;
    },
    stop: () => cancel(),
  };
}
