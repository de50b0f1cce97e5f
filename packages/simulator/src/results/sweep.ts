/** Many runs: every combination of the settings that vary, with every seed. Plans them, and sums them up. */
import type { Scenario } from "../scenarios/scenario.ts";
import { simulate, type SimulationResult } from "../simulate.ts";
import type { SettingName, Settings } from "../settings.ts";
import type { Rules } from "../world/ledger.ts";
import { intervalOf, type Interval } from "./interval.ts";
import { rowOf, type Cell, type Row } from "./columns.ts";

/** A setting, and what it is set to in turn. */
export interface Variation {
  readonly name: SettingName;
  readonly values: readonly Cell[];
}

export interface SweepPlan {
  readonly scenario: Scenario;
  readonly seeds: readonly number[];
  readonly settings: Partial<Settings>;
  /** The first one is the axis of the plots, the second one tells their lines apart. */
  readonly variations: readonly Variation[];
}

export interface PlannedRun {
  readonly seed: number;
  readonly settings: Partial<Settings>;
}

/** All runs, seed by seed: a sweep that is ended early has every combination with the first seeds. */
export function plannedRuns({ seeds, settings, variations }: SweepPlan): readonly PlannedRun[] {
  let combinations: readonly Partial<Settings>[] = [settings];
  for (const { name, values } of variations)
    combinations = combinations.flatMap((before) => values.map((value) => ({ ...before, [name]: value })));
  return seeds.flatMap((seed) => combinations.map((combination) => ({ seed, settings: combination })));
}

export interface SweepOptions {
  readonly rules?: Rules;
  /** Called after each run. Says whether to go on. */
  readonly onRun?: (row: Row, done: number, result: SimulationResult) => boolean | Promise<boolean>;
}

/** Runs them, one after the other. Every row, in the order of the plan. */
export async function sweep(plan: SweepPlan, { rules, onRun }: SweepOptions = {}): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { seed, settings } of plannedRuns(plan)) {
    const result = await simulate({
      scenario: plan.scenario,
      seed,
      settings,
      ...(rules === undefined ? {} : { rules }),
    });
    const row = rowOf(result);
    rows.push(row);
    if ((await onRun?.(row, rows.length, result)) === false) break;
  }
  return rows;
}

/** One point of a plot: the runs that differ in their seeds alone. */
export interface Point {
  /** What the variations are set to, in their order. */
  readonly at: readonly Cell[];
  readonly interval: Interval;
}

export function pointsOf(rows: readonly Row[], variations: readonly Variation[], figure: string): readonly Point[] {
  const groups = new Map<string, { readonly at: readonly Cell[]; readonly values: number[] }>();
  for (const row of rows) {
    const at = variations.map(({ name }) => row[name] as Cell);
    const key = JSON.stringify(at);
    const group = groups.get(key) ?? { at, values: [] };
    groups.set(key, group);
    const value = Number(row[figure]);
    // -1 stands for what did not happen, and has no mean.
    if (value >= 0) group.values.push(value);
  }
  return [...groups.values()].map(({ at, values }) => ({ at, interval: intervalOf(values) }));
}
