/**
 * A study: a question, and the experiments that answer it. An experiment is a world that runs at several points with many
 * seeds, with a closed form beside it where there is one. Same code, same seeds: same bytes.
 */
import type { Lanes } from "../outcomes/lanes.ts";
import { intervalOf, type Interval } from "../results/interval.ts";
import { rowOf, type Cell, type Row } from "../results/columns.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { settingsOf, simulate } from "../simulate.ts";
import type { Settings } from "../settings.ts";

/** What differs between the points of an experiment. */
export interface Axis {
  /** In words, for the head of a column and the axis of a plot. */
  readonly name: string;
  readonly values: readonly Cell[];
  /** How a value is written; as it is unless it is given. */
  readonly text?: (value: Cell) => string;
  /** @param others what is set at this point otherwise */
  readonly set: (value: Cell, others: Partial<Settings>) => Partial<Settings>;
}

export interface Experiment {
  /** A kebab-case word: of its files, and of its place in the page. */
  readonly name: string;
  readonly title: string;
  readonly scenario: Scenario;
  readonly settings: Partial<Settings>;
  /** Runs at every point: seeds 1 to this. */
  readonly seeds: number;
  readonly across: Axis;
  /** Tells the lines of the plot apart. */
  readonly by?: Axis;
  /** Columns of results, the first one drawn. */
  readonly figures: readonly [string, ...string[]];
  /** What the mean of the first figure is by calculation. */
  readonly calculated?: (settings: Settings) => number;
  /** The most that the first figure can be in any run. */
  readonly bound?: (settings: Settings) => number;
  /** Whether to compare the first figures of each seed across the lines, with the first line. */
  readonly isPaired?: boolean;
  /** Whether it is written as a page of its own, with all figures and one run. Its axes are settings then. */
  readonly hasReport?: boolean;
}

/** What came of one point. */
export interface PointResult {
  readonly at: readonly Cell[];
  readonly settings: Settings;
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly calculated: number | undefined;
  readonly bound: number | undefined;
  /** Per figure: by how much it is more than in the first line, seed by seed. */
  readonly differences: Readonly<Record<string, Interval>> | undefined;
}

export interface ExperimentResult {
  readonly experiment: Experiment;
  readonly points: readonly PointResult[];
  readonly rows: readonly Row[];
  /** Of the run in which the first figure was largest, where there is a report. */
  readonly lanes: Lanes | undefined;
}

/** @param onRun told after each run how many are done. */
export async function runExperiment(
  experiment: Experiment,
  {
    seeds = experiment.seeds,
    onRun,
  }: { readonly seeds?: number; readonly onRun?: (done: number, all: number) => void },
): Promise<ExperimentResult> {
  const { scenario, figures, calculated, bound, isPaired = false, hasReport = false } = experiment;
  const combinations = pointsOfExperiment(experiment);
  const rows: Row[] = [];
  const rowsByPoint: Row[][] = combinations.map(() => []);
  let worst: { readonly seed: number; readonly settings: Partial<Settings>; readonly value: number } | undefined;
  for (let seed = 1; seed <= seeds; seed++) {
    for (const [index, { settings }] of combinations.entries()) {
      const row = rowOf(await simulate({ scenario, seed, settings }));
      if (row["violation"] !== "")
        throw new Error(`${experiment.name}: ${row["violation"]} does not hold with seed ${seed}`);
      rows.push(row);
      rowsByPoint[index]?.push(row);
      const value = Number(row[figures[0]]);
      if (worst === undefined || value > worst.value) worst = { seed, settings, value };
      onRun?.(rows.length, combinations.length * seeds);
    }
  }
  const lanes =
    hasReport && worst !== undefined ? (await simulate({ scenario, ...worst, keepsLanes: true })).lanes : undefined;
  const points = combinations.map(({ at, settings: own }, index): PointResult => {
    const settings = settingsOf(scenario, own);
    const ofPoint = rowsByPoint[index] ?? [];
    const ofFirst = rowsByPoint[combinations.findIndex((one) => one.at[0] === at[0])] ?? [];
    return {
      at,
      settings,
      intervals: each(figures, (figure) => intervalOf(valuesOf(ofPoint, figure))),
      calculated: calculated?.(settings),
      bound: bound?.(settings),
      differences: isPaired
        ? each(figures, (figure) =>
            intervalOf(ofPoint.map((row, order) => Number(row[figure]) - Number(ofFirst[order]?.[figure]))),
          )
        : undefined,
    };
  });
  return { experiment, points, rows, lanes };
}

interface PlannedPoint {
  readonly at: readonly Cell[];
  readonly settings: Partial<Settings>;
}

export function pointsOfExperiment({ settings, across, by }: Experiment): readonly PlannedPoint[] {
  return across.values.flatMap((value) => {
    const ofValue = { ...settings, ...across.set(value, settings) };
    if (by === undefined) return [{ at: [value], settings: ofValue }];
    return by.values.map((line) => ({ at: [value, line], settings: { ...ofValue, ...by.set(line, ofValue) } }));
  });
}

/** -1 stands for what did not happen, and has no mean. */
function valuesOf(rows: readonly Row[], figure: string): readonly number[] {
  return rows.map((row) => Number(row[figure])).filter((value) => value >= 0);
}

function each<Value>(names: readonly string[], make: (name: string) => Value): Readonly<Record<string, Value>> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}
