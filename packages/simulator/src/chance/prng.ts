/**
 * Chance that can be had again: sfc32 (Chris Doty-Humphrey, PractRand), seeded by a hash of a text. Whole numbers and
 * exact operations only, so that every runtime draws the same: no logarithm, whose last digit is each engine's own.
 */
import { assert, sha256 } from "@amigos/core";

export interface Prng {
  /** From 0 to `below` - 1. `below` is at most 2^32. */
  readonly integer: (below: number) => number;
  /** True in `percent` of a hundred. */
  readonly chance: (percent: number) => boolean;
  readonly pick: <Value>(values: readonly Value[]) => Value;
  readonly shuffled: <Value>(values: readonly Value[]) => readonly Value[];
  /** Time to the next of events that are `mean` apart on average and do not know of each other: a whole number from 1. */
  readonly interval: (mean: number) => number;
  /** From `min` to `max`, both included, small ones more often: half of them lie in the lowest fifth. */
  readonly skewed: (min: number, max: number) => number;
}

/** Draws thrown away first, as the author advises: the seed's bits are mixed by then. */
const WARM_UP = 12;
const TWO_TO_32 = 4_294_967_296;

/** A source for one purpose: what one part of a world draws does not move what another one draws. */
export function createPrng(seed: string): Prng {
  const words = new DataView(sha256(new TextEncoder().encode(seed)).buffer);
  let a = words.getInt32(0);
  let b = words.getInt32(4);
  let c = words.getInt32(8);
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let index = 0; index < WARM_UP; index++) next();

  const integer = (below: number): number => {
    assert(Number.isInteger(below) && below > 0, "a draw is below a whole number");
    return next() % below;
  };
  const pick = <Value>(values: readonly Value[]): Value => values[integer(values.length)] as Value;
  const shuffled = <Value>(values: readonly Value[]): readonly Value[] => {
    const result = [...values];
    for (let index = result.length - 1; index > 0; index--) {
      const other = integer(index + 1);
      [result[index], result[other]] = [result[other] as Value, result[index] as Value];
    }
    return result;
  };
  return {
    integer,
    chance: (percent) => integer(100) < percent,
    pick,
    shuffled,
    interval: (mean) => Math.max(1, Math.floor(exponential(next) * mean)),
    skewed: (min, max) => {
      const [one, other] = [next() / TWO_TO_32, next() / TWO_TO_32];
      return min + Math.floor(one * other * (max - min + 1));
    },
  };
}

/**
 * Exponentially distributed with mean 1, by comparing uniform numbers alone (J. von Neumann, "Various techniques used in
 * connection with random digits", 1951): a run that falls an odd number of times counts.
 */
function exponential(next: () => number): number {
  for (let whole = 0; ; whole++) {
    const first = next();
    let length = 1;
    for (let last = first, draw = next(); draw < last; last = draw, draw = next()) length++;
    if (length % 2 === 1) return whole + first / TWO_TO_32;
  }
}
