/** `pnpm simulate run`: one world, and what came of it. Exit code 1 when a check failed, with the command that replays it. */
import { writeFileSync } from "node:fs";
import { reportPage } from "../report/page.ts";
import { figureText } from "../report/html.ts";
import { FIGURES, rowOf } from "../results/columns.ts";
import { shrink } from "../results/shrink.ts";
import { simulate, type SimulationResult } from "../simulate.ts";
import { commandOf } from "../results/command.ts";
import { createProgress } from "./progress.ts";
import type { RunArguments } from "./arguments.ts";

export async function run({ scenario, seeds, settings, trace, json, report, keep }: RunArguments): Promise<number> {
  const seed = seeds[0] as number;
  const progress = createProgress("simulated hours");
  const result = await simulate({
    scenario,
    seed,
    settings,
    keepsLanes: report !== undefined,
    ...(trace ? { onEvent: (line: string) => process.stdout.write(`${line}\n`) } : { onHour: progress.show }),
  });
  progress.end();
  const command = commandOf({ verb: "run", scenario: scenario.name, seeds, settings });
  if (json) process.stdout.write(`${JSON.stringify(rowOf(result))}\n`);
  else printFigures(result);
  if (report !== undefined) {
    const page = reportPage({
      plan: { scenario, seeds, settings, variations: [] },
      rows: [rowOf(result)],
      command,
      ...(result.lanes === undefined ? {} : { lanes: result.lanes }),
    });
    writeFileSync(report, page);
    process.stderr.write(`The report is in ${report}\n`);
  }
  if (result.violation === undefined) return 0;
  await explain(result, command, keep);
  return 1;
}

function printFigures(result: SimulationResult): void {
  const { outcome, settings, seed, scenario } = result;
  process.stdout.write(`${scenario}, seed ${seed}: ${settings.devices} people, ${settings.days} days\n\n`);
  for (const column of FIGURES) {
    const value = column.value(result);
    process.stdout.write(
      `  ${column.name.padEnd(16)}${figureText(Number(value), column.unit).padStart(12)}  ${column.what}\n`,
    );
  }
  for (const [what, counts, unit] of [
    ["refused", outcome.payments.refused, ""],
    ["declined", outcome.payments.declined, ""],
    ["lost for", outcome.loss.byCode, "cents"],
  ] as const)
    for (const [code, count] of Object.entries(counts))
      process.stdout.write(`  ${what} ${code}: ${figureText(count, unit)}\n`);
  process.stdout.write(`\nresult ${result.hash}\n`);
}

/** What failed, the least world in which it still does, and how to see it again; and where that is kept for good. */
async function explain(
  { violation, scenario, seed, settings }: SimulationResult,
  command: string,
  keep: string | undefined,
): Promise<void> {
  if (violation === undefined) return;
  process.stdout.write(
    `\n${violation.check} does not hold at ${violation.time}: ${violation.detail}\nAgain: ${command} --trace\n`,
  );
  const smaller = await shrink({ scenario, seed, settings, violation });
  if (smaller !== undefined) process.stdout.write(`Smaller: ${smaller.command} --trace\n`);
  if (keep === undefined) return;
  const regression = {
    what: violation.detail,
    scenario,
    seed,
    settings: smaller?.settings ?? settings,
    check: violation.check,
  };
  writeFileSync(keep, `${JSON.stringify(regression, undefined, 2)}\n`);
}
