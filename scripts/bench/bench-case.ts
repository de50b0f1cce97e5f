/**
 * What a bench is made of. A case measures ours and a reference side by side in one process and holds their ratio to
 * a bar; absolute figures of a shared machine say little, ratios of one run say much.
 *
 * One direction for everything: less is better. The unit is a cost (milliseconds, bytes), the ratio is ours divided by
 * the reference, and a bar is the largest ratio that is good enough. "Eight times as fast as X" is a bar of 0.125;
 * "at most 256 bytes" is a fixed reference of 256 and a bar of 1.
 *
 * Cases live in `packages/<package>/bench/*.bench.ts`; the default export of a file is a list of them.
 */

export interface BenchCase {
  /** `package.what`, the same for ever: results are compared by it. */
  readonly id: string;
  /** One sentence: what ours does and what the reference does. */
  readonly what: string;
  /** The unit of both sides: `ms`, `bytes`, `µs an entry`. A cost, so less is better. */
  readonly unit: string;
  /** The largest ratio of ours to the reference that holds. */
  readonly bar: number;
  /** How often each side is measured; the median counts. Left out: as often as the command says. */
  readonly rounds?: number;
  /** Whether it is measured only when its whole id is asked for: once, and not warmed up. */
  readonly takesMinutes?: boolean;
  /** Makes what both sides work on. Its time is not measured. */
  readonly prepare: () => BenchSides | Promise<BenchSides>;
}

export interface BenchSides {
  readonly ours: Measure;
  readonly reference: Measure;
  readonly close?: () => void | Promise<void>;
}

/** Does the work once and gives its cost in the unit of the case. Throws when the work came out wrong. */
export type Measure = () => number | Promise<number>;

export interface BenchRow {
  readonly id: string;
  readonly ours: number;
  readonly reference: number;
  readonly unit: string;
  readonly ratio: number;
  readonly bar: number;
  readonly holds: boolean;
}

/** A measure of how many milliseconds some work takes, divided by `count` where one piece of the work is meant. */
export function timed(work: () => unknown, count = 1): Measure {
  return async () => {
    const start = performance.now();
    await work();
    return (performance.now() - start) / count;
  };
}

/** A reference that is a figure and no program: a limit to stay under. */
export function fixed(value: number): Measure {
  return () => value;
}
