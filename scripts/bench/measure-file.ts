/**
 * Measures the cases of one file, in a process of its own: what one file leaves in the heap or teaches the compiler
 * does not reach the next. Started by `bench.ts`, which it tells each row as soon as it is there.
 */
import type { BenchCase, BenchRow } from "./bench-case.ts";
import { measureCase } from "./measure-case.ts";

/** What this process is asked for, as JSON in its first argument. */
export interface MeasureRequest {
  /** The file's URL. */
  readonly file: string;
  /** Only cases whose id contains one of these; all when empty. */
  readonly wanted: readonly string[];
  readonly rounds: number;
}

/** What it tells: one message per case. */
export type MeasureMessage =
  | { readonly type: "started"; readonly id: string; readonly what: string }
  | { readonly type: "measured"; readonly row: BenchRow }
  | { readonly type: "failed"; readonly id: string; readonly reason: string };

const { file, wanted, rounds } = JSON.parse(process.argv[2] ?? "") as MeasureRequest;
const { default: cases } = (await import(file)) as { default: readonly BenchCase[] };

for (const benchCase of cases) {
  const { id, what } = benchCase;
  if (wanted.length > 0 && !wanted.some((part) => id.includes(part))) continue;
  if (benchCase.takesMinutes === true && !wanted.includes(id)) continue;
  tell({ type: "started", id, what });
  try {
    tell({ type: "measured", row: await measureCase(benchCase, rounds) });
  } catch (error) {
    tell({ type: "failed", id, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function tell(message: MeasureMessage): void {
  process.send?.(message);
}
