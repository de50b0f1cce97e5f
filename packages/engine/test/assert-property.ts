/**
 * Properties whose runs never leave the microtasks, as everything in memory does: no timer would run while they do, that of
 * the test's end included, and one that shrinks would hang instead of failing.
 */
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";

/** Well within the time of a test, and of many runs what a failing one takes to get small enough to read. */
const TIME_MS = 40_000;

/**
 * Like `fc.assert`, with timers between the runs. When the time is over it fails, with the seed and the smallest history that
 * it had found by then.
 */
export function assertProperty<Values>(property: fc.IAsyncPropertyWithHooks<Values>, numRuns: number): Promise<void> {
  return fc.assert(
    property.afterEach(() => setImmediate()),
    { numRuns, interruptAfterTimeLimit: TIME_MS, markInterruptAsFailure: true },
  );
}
