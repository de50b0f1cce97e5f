/**
 * `pnpm mutation`: whether the tests would notice. Stryker changes one thing at a time in the source of `core` and
 * `reconcile`, runs the tests of that package that reach it, and counts how many changes a test fails on. Prints every
 * change that no test noticed and the score of each package; the exit code says whether both are high enough.
 *
 *     pnpm mutation                      both packages
 *     pnpm mutation reconcile            one of them
 *     pnpm mutation core src/encoding    only these files of it; several paths work too
 *     pnpm mutation core --fresh         without what earlier runs found out
 *
 * What a run found out is kept under `node_modules/.cache`, and the next one only tries what a change of a source or test
 * file can have altered. It does not see a change of a helper or of another package: `--fresh` does. The changed source
 * lives in a temporary folder, never in the tree.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { LogLevel, MutantResult, PartialStrykerOptions } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { findFiles, repositoryRoot } from "./lib/workspace.ts";

/** The packages whose every branch is a promise to strangers: what they decide, two machines have to decide alike. */
const PACKAGES = ["core", "reconcile"];

/** The least share of changes, in percent, that the tests of a package have to notice. */
const SCORE_MIN = 85;

/** Two cores are what a small machine has, and each runner keeps one busy. */
const CONCURRENCY = 2;

/**
 * An endless loop is noticed by the number of its rounds, and only one that Stryker cannot count by its time: twice what
 * the tests took before, and this much. Long, so that a busy machine is not taken for a change that was noticed.
 */
const TIMEOUT = { timeoutFactor: 2, timeoutMS: 30_000 };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { fresh: { type: "boolean", default: false } },
});
const [name, ...paths] = positionals;
if (name !== undefined && !PACKAGES.includes(name)) {
  console.error(`No tests of ${name} are tried this way. The packages: ${PACKAGES.join(", ")}.`);
  process.exit(2);
}

if (name !== undefined && filesToTry(name).length === 0) {
  console.error(`No source of ${name} is at ${paths.join(", ")}.`);
  process.exit(2);
}

process.chdir(repositoryRoot);
const sandbox = mkdtempSync(join(tmpdir(), "amigos-mutation-"));
process.on("exit", () => rmSync(sandbox, { recursive: true, force: true }));
const summary: string[] = [];
for (const folder of name === undefined ? PACKAGES : [name]) summary.push(await tryPackage(folder));
console.log(summary.join("\n"));

/** Tries every change of one package, prints those that no test noticed, and returns the line that sums up. */
async function tryPackage(folder: string): Promise<string> {
  const start = performance.now();
  const known = cacheFile(folder);
  if (existsSync(known)) forgetSurvivorsOnImport(known);
  const tried = await new Stryker(strykerOptions(folder)).runMutationTest().catch(() => undefined);
  if (tried === undefined) return verdictLine(folder, false, "could not be tried; the reason is above");
  const results = tried.filter(({ fileName }) => isWanted(folder, fileName));
  const missed = results.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const change of missed.toSorted(byPlace)) console.log(describeMissed(change));
  const noticed = results.filter(({ status }) => status === "Killed" || status === "Timeout").length;
  const counted = noticed + missed.length;
  const score = counted === 0 ? 0 : (100 * noticed) / counted;
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  const what = `${score.toFixed(1)} %, ${missed.length} of ${counted} changes go unnoticed (${minutes} min)`;
  return verdictLine(folder, score >= SCORE_MIN, what);
}

function verdictLine(folder: string, holds: boolean, what: string): string {
  if (!holds) process.exitCode = 1;
  return `${holds ? "ok  " : "FAIL"} ${folder.padEnd(10)} ${what}`;
}

function strykerOptions(folder: string): PartialStrykerOptions {
  return {
    mutate: [...filesToTry(folder)],
    // Of the other packages only what lies beside their folders: TypeScript's configuration refers to theirs. The one
    // at the root would be rewritten for the sandbox, which Stryker does by an interface that TypeScript 7 lacks.
    ignorePatterns: [`/packages/!(${folder})/*/`, "dist", "/tsconfig.json"],
    testRunner: "vitest",
    vitest: { configFile: "scripts/mutation/vitest.config.ts", related: false },
    plugins: [
      import.meta.resolve("@stryker-mutator/vitest-runner"),
      import.meta.resolve("./mutation/messages-ignorer.ts"),
    ],
    ignorers: ["messages"],
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: cacheFile(folder),
    force: options.fresh,
    concurrency: CONCURRENCY,
    ...TIMEOUT,
    tempDirName: join(sandbox, folder),
    cleanTempDir: "always",
    // What runs on import takes every test, and is worth it: schemas are what two implementations have to agree on.
    warnings: { unknownOptions: true, preprocessorErrors: true, unserializableOptions: true, slow: false },
    // Vitest strips types without looking at them.
    disableTypeChecks: false,
    reporters: [process.stdout.isTTY ? "progress" : "progress-append-only"],
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a `const enum`, which has no value to import
    logLevel: "warn" as LogLevel,
  };
}

function cacheFile(folder: string): string {
  return `node_modules/.cache/mutation/${folder}.json`;
}

/**
 * Stryker keeps a survivor until a test that reaches it changes. What runs on import is reached by no test in particular,
 * so a new test would never be tried on it.
 */
function forgetSurvivorsOnImport(file: string): void {
  const report = JSON.parse(readFileSync(file, "utf8")) as {
    readonly files: Readonly<Record<string, { mutants: { readonly static?: boolean; readonly status: string }[] }>>;
  };
  for (const source of Object.values(report.files))
    source.mutants = source.mutants.filter((change) => change.static !== true || change.status !== "Survived");
  writeFileSync(file, JSON.stringify(report));
}

/** Relative to the repository. */
function filesToTry(folder: string): readonly string[] {
  const source = `packages/${folder}/src`;
  return findFiles(repositoryRoot, [`${source}/**/*.ts`]).filter(
    (file) => isWanted(folder, file) && !file.endsWith(".test.ts") && !file.startsWith(`${source}/testing/`),
  );
}

function isWanted(folder: string, file: string): boolean {
  const inPackage = relative(join(repositoryRoot, "packages", folder), resolve(repositoryRoot, file));
  return paths.length === 0 || paths.some((path) => inPackage === path || inPackage.startsWith(`${path}/`));
}

function byPlace(a: MutantResult, b: MutantResult): number {
  const line = a.location.start.line - b.location.start.line;
  return a.fileName === b.fileName ? line : a.fileName < b.fileName ? -1 : 1;
}

/** `file:line mutator original → replacement`, on one line. Stryker counts lines and columns from 1. */
function describeMissed({ fileName, location: { start, end }, mutatorName, replacement }: MutantResult): string {
  const rows = readFileSync(fileName, "utf8")
    .split("\n")
    .slice(start.line - 1, end.line);
  // The end first, as the first row may be the last one too.
  rows.push((rows.pop() ?? "").slice(0, end.column - 1));
  const original = rows.join("\n").slice(start.column - 1);
  const file = relative(repositoryRoot, fileName);
  return `${file}:${start.line} ${mutatorName} ${brief(original)} → ${brief(replacement ?? "")}`;
}

function brief(code: string): string {
  const line = code.replaceAll(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 60)} … ${line.slice(-17)}` : line;
}
