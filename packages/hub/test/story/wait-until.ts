/** Waits for a condition, never for a time. */
import { setTimeout as pause } from "node:timers/promises";

const PROBE_EVERY_MS = 10;
/** Nothing here takes a second; a loaded machine may take many. */
const WAIT_MS_MAX = 30_000;

class WaitedInVain extends Error {
  override readonly name = "WaitedInVain";
}

/** Resolves with the first value of `probe` that is neither `undefined` nor `false`. */
export async function waitUntil<Value>(
  what: string,
  probe: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new WaitedInVain(`waited ${WAIT_MS_MAX / 1000} s in vain until ${what}`);
    await pause(PROBE_EVERY_MS);
  }
}
