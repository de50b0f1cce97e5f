/**
 * `pnpm bench`: how we compare, as ratios. Runs every case of `packages/<package>/bench` and prints a table; the
 * exit code says whether all bars hold.
 *
 *     pnpm bench                      all cases
 *     pnpm bench core. settlement     only cases whose id contains one of these; what takes minutes, by its whole id
 *     pnpm bench --rounds 9           more rounds for a calmer median
 *     pnpm bench --json results.jsonl one row a line, into this file as well
 */
import { fork } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { findFiles, repositoryRoot } from "../lib/workspace.ts";
import type { BenchRow } from "./bench-case.ts";
import type { MeasureMessage, MeasureRequest } from "./measure-file.ts";

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, rounds: { type: "string", default: "5" } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds takes a whole number from 1, not ${options.rounds}.`);
  process.exit(2);
}
if (options.json !== undefined) writeFileSync(options.json, "");

const rows: BenchRow[] = [];
let failures = 0;
for (const file of findFiles(repositoryRoot, ["packages/*/bench/*.bench.ts"])) await measureFile(file);

if (rows.length > 0) console.log(`\n${table(rows)}\n`);
else if (failures === 0) console.log("No case matches.");
const misses = rows.filter(({ holds }) => !holds).length;
console.log(`${rows.length - misses} of ${rows.length + failures} bars hold`);
process.exitCode = misses + failures > 0 || rows.length === 0 ? 1 : 0;

/** Measures one file in its own process. A process that dies takes the rest of its file along: one failure. */
async function measureFile(file: string): Promise<void> {
  const request: MeasureRequest = { file: pathToFileURL(join(repositoryRoot, file)).href, wanted, rounds };
  const { promise, resolve } = Promise.withResolvers<void>();
  const child = fork(join(import.meta.dirname, "measure-file.ts"), [JSON.stringify(request)], {
    execArgv: ["--conditions=amigos-source", "--expose-gc"],
  });
  child.on("message", (message: MeasureMessage) => note(message));
  child.on("close", (code) => {
    if (code !== 0) {
      failures += 1;
      console.log(`  ${file} ended with ${code === null ? "a signal" : `code ${code}`}`);
    }
    resolve();
  });
  await promise;
}

function note(message: MeasureMessage): void {
  switch (message.type) {
    case "started":
      console.log(`${message.id}: ${message.what}`);
      return;
    case "measured":
      rows.push(message.row);
      if (options.json !== undefined) appendFileSync(options.json, `${JSON.stringify(message.row)}\n`);
      return;
    case "failed":
      failures += 1;
      console.log(`  failed: ${message.reason}`);
      return;
  }
}

function table(all: readonly BenchRow[]): string {
  const head = ["id", "ours", "reference", "unit", "ratio", "bar", ""];
  const lines = all.map(({ id, ours, reference, unit, ratio, bar, holds }) => [
    id,
    short(ours),
    short(reference),
    unit,
    short(ratio),
    `≤ ${short(bar)}`,
    holds ? "holds" : "MISSED",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  const isText = (column: number): boolean => column === 0 || column === 3 || column === 6;
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Three significant digits, as one compares figures. */
function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 4 });
}
