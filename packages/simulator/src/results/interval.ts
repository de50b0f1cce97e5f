/** A mean over seeds, and how far to trust it: a percentile bootstrap (B. Efron, "Bootstrap Methods", 1979), with chance that repeats. */
import { createPrng } from "../chance/prng.ts";

export interface Interval {
  readonly count: number;
  readonly mean: number;
  /** Bounds of the 95 % interval of the mean. */
  readonly low: number;
  readonly high: number;
  readonly max: number;
}

const RESAMPLES = 1000;
/** Of as many means in ascending order: 2.5 % lie below the one and above the other. */
const [LOW, HIGH] = [25, 974];

export function intervalOf(values: readonly number[]): Interval {
  const count = values.length;
  const mean = meanOf(values);
  if (count < 2) return { count, mean, low: mean, high: mean, max: mean };
  const prng = createPrng(`bootstrap/${count}`);
  const means = Array.from({ length: RESAMPLES }, () => meanOf(values.map(() => prng.pick(values)))).toSorted(
    (a, b) => a - b,
  );
  return { count, mean, low: means[LOW] as number, high: means[HIGH] as number, max: Math.max(...values) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
