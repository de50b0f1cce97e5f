/** `pnpm simulate study`: runs the experiments of a study again and writes their figures into its page. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { OFFLINE_LOSS } from "../studies/offline-loss.ts";
import { runExperiment } from "../studies/study.ts";
import { experimentReport, plotSvg, summaryCsv, withTable } from "../studies/write-study.ts";
import { UsageError } from "./arguments.ts";
import { createProgress } from "./progress.ts";

const NAME = "offline-loss";

/** All experiments, or those that are named. */
export async function study(args: readonly string[]): Promise<number> {
  const { names, out, seeds } = read(args);
  const page = join(out, `${NAME}.md`);
  const folder = join(out, NAME);
  mkdirSync(folder, { recursive: true });
  for (const experiment of OFFLINE_LOSS) {
    const { name } = experiment;
    if (names.length > 0 && !names.includes(name)) continue;
    const progress = createProgress(`runs of ${name}`);
    const result = await runExperiment(experiment, {
      onRun: progress.show,
      ...(seeds === undefined ? {} : { seeds }),
    });
    progress.end();
    writeFileSync(join(folder, `${name}.csv`), summaryCsv(result));
    writeFileSync(join(folder, `${name}.svg`), plotSvg(result));
    if (experiment.hasReport === true)
      writeFileSync(join(folder, `${name}.html`), experimentReport(result, seeds ?? experiment.seeds));
    if (existsSync(page)) writeFileSync(page, withTable(readFileSync(page, "utf8"), result));
    process.stdout.write(`${name}: ${result.rows.length} runs\n`);
  }
  return 0;
}

function read(args: readonly string[]): {
  readonly names: readonly string[];
  readonly out: string;
  readonly seeds: number | undefined;
} {
  const { values, positionals } = parsed(args);
  const known = OFFLINE_LOSS.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`an experiment is one of ${known.join(", ")}, not ${unknown}`);
  const seeds = values.seeds === undefined ? undefined : Number(values.seeds);
  if (seeds !== undefined && !(Number.isInteger(seeds) && seeds > 0))
    throw new UsageError("--seeds is how many there are at every point");
  return { names: positionals, out: values.out ?? join("docs", "studies"), seeds };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: "string" }, seeds: { type: "string" } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
