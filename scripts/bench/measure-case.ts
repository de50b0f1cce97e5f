/**
 * Measures one case: a round that only warms up, then rounds in which the sides take turns to go first, so that what
 * the machine does meanwhile meets both alike. Each measurement starts from a collected heap.
 */
import type { BenchCase, BenchRow, BenchSides, Measure } from "./bench-case.ts";

export async function measureCase(benchCase: BenchCase, defaultRounds: number): Promise<BenchRow> {
  const sides = await benchCase.prepare();
  try {
    const { ours, reference } =
      benchCase.takesMinutes === true
        ? { ours: await sides.ours(), reference: await sides.reference() }
        : await measureSides(sides, benchCase.rounds ?? defaultRounds);
    const ratio = ours / reference;
    const { id, unit, bar } = benchCase;
    return { id, ours, reference, unit, ratio, bar, holds: ratio <= bar };
  } finally {
    await sides.close?.();
  }
}

async function measureSides(sides: BenchSides, rounds: number): Promise<{ ours: number; reference: number }> {
  const ours: number[] = [];
  const reference: number[] = [];
  await sides.ours();
  await sides.reference();
  for (let round = 0; round < rounds; round += 1) {
    const turns: readonly [Measure, number[]][] = [
      [sides.ours, ours],
      [sides.reference, reference],
    ];
    for (const [measure, results] of round % 2 === 0 ? turns : turns.toReversed()) {
      globalThis.gc?.();
      results.push(await measure());
    }
  }
  return { ours: median(ours), reference: median(reference) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
