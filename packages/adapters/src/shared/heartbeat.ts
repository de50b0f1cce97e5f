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
}

/** Mobile networks drop idle connections after 30 s and more; two intervals of this stay below that. */
export const HEARTBEAT_INTERVAL_MS = 15_000;

export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  let hasHeard = true;
  let cancel: () => void = () => {};
  const beat = (): void => {
    if (!hasHeard) return options.onDead();
    hasHeard = false;
    cancel = options.clock.after(options.intervalMs, beat);
    options.ping();
  };
  cancel = options.clock.after(options.intervalMs, beat);
  return {
    heard: () => {
      hasHeard = true;
    },
    stop: () => cancel(),
  };
}
