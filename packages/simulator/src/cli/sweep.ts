/**
 * `pnpm simulate sweep`: many worlds. Every result is written as it comes, so that Ctrl-C leaves a valid part; the report is
 * made of whatever there is.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { reportPage } from "../report/page.ts";
import { csvHeader, csvLine, type Row } from "../results/columns.ts";
import { plannedRuns, sweep, type PlannedRun, type SweepPlan } from "../results/sweep.ts";
import { simulate } from "../simulate.ts";
import { commandOf } from "../results/command.ts";
import { createProgress } from "./progress.ts";
import { UsageError, type RunArguments } from "./arguments.ts";

/** As shells have it for a program that was interrupted. */
const INTERRUPTED = 130;

export async function sweepTo({
  scenario,
  seeds,
  settings,
  variations,
  json,
  out,
  report,
}: RunArguments): Promise<number> {
  const plan: SweepPlan = { scenario, seeds, settings, variations };
  const all = plannedRuns(plan).length;
  const files = openFiles(out);
  const progress = createProgress("runs");
  let isInterrupted = false;
  const onInterrupt = (): void => {
    isInterrupted = true;
  };
  process.once("SIGINT", onInterrupt);
  let violations = 0;
  try {
    const rows = await sweep(plan, {
      onRun: async (row, done) => {
        files.write(row);
        if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
        if (row["violation"] !== "") violations += 1;
        progress.show(done, all);
        // A world waits for nothing, so nobody would hear a signal before the last one.
        await setImmediate();
        return !isInterrupted;
      },
    });
    progress.end();
    await writeReport({ plan, rows, paths: [report, out === undefined ? undefined : join(out, "report.html")] });
    process.stderr.write(`${rows.length} of ${all} runs, ${violations} with a check that failed\n`);
  } finally {
    process.removeListener("SIGINT", onInterrupt);
    files.close();
  }
  if (violations > 0) return 1;
  return isInterrupted ? INTERRUPTED : 0;
}

async function writeReport({
  plan,
  rows,
  paths,
}: {
  readonly plan: SweepPlan;
  readonly rows: readonly Row[];
  readonly paths: readonly (string | undefined)[];
}): Promise<void> {
  const wanted = paths.filter((path) => path !== undefined);
  if (wanted.length === 0 || rows.length === 0) return;
  const { scenario, seeds, settings, variations } = plan;
  const command = commandOf({ verb: "sweep", scenario: scenario.name, seeds, settings, variations });
  const { lanes } = await simulate({ scenario, ...worstOf(plan, rows), keepsLanes: true });
  const page = reportPage({ plan, rows, command, ...(lanes === undefined ? {} : { lanes }) });
  for (const path of wanted) writeFileSync(path, page);
}

/** The run to draw: the one in which most was lost, the first of several. */
function worstOf(plan: SweepPlan, rows: readonly Row[]): PlannedRun {
  const losses = rows.map((row) => Number(row["loss"]));
  const worst = losses.indexOf(Math.max(...losses));
  return plannedRuns(plan)[worst] as PlannedRun;
}

/** @throws {UsageError} when the folder cannot be written to */
function openFiles(out: string | undefined): { readonly write: (row: Row) => void; readonly close: () => void } {
  if (out === undefined) return { write: () => undefined, close: () => undefined };
  try {
    mkdirSync(out, { recursive: true });
    const [lines, table] = ["results.jsonl", "results.csv"].map((name) => openSync(join(out, name), "w")) as [
      number,
      number,
    ];
    writeSync(table, `${csvHeader()}\n`);
    return {
      write: (row) => {
        writeSync(lines, `${JSON.stringify(row)}\n`);
        writeSync(table, `${csvLine(row)}\n`);
      },
      close: () => {
        closeSync(lines);
        closeSync(table);
      },
    };
  } catch (error) {
    throw new UsageError(`${out} cannot be written to: ${error instanceof Error ? error.message : String(error)}`);
  }
}
