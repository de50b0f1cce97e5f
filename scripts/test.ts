/**
 * `pnpm test`: everything that must pass. Finds a Chromium, builds what the browser tests open, runs Vitest over all
 * projects, and ends with `N passed, N failed`.
 *
 *     pnpm test                     everything
 *     pnpm test --no-browser        without the tests that need Chromium
 *     pnpm test packages/core       what matches, as with Vitest; all its options work too
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChromiumMissing, findChromium } from "./chromium.ts";
import { run, runPnpm } from "./lib/run.ts";
import { workspacePackages } from "./lib/workspace.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const browserOff = "--no-browser";
const options = process.argv.slice(2).filter((option) => option !== browserOff);
const withBrowser = !process.argv.includes(browserOff);

try {
  const env = withBrowser ? { CHROMIUM_PATH: await findChromium() } : {};
  const isBuilt = !withBrowser || (await buildPwa());
  const counts = await runVitest(withBrowser ? options : ["--project", "node", ...options], env);
  finish({ passed: counts.passed, failed: counts.failed + (isBuilt ? 0 : 1) });
} catch (error) {
  if (!(error instanceof ChromiumMissing)) throw error;
  console.error(error.message);
  finish({ passed: 0, failed: 1 });
}

/** The production build that the browser tests open. False when it failed; the other tests run all the same. */
async function buildPwa(): Promise<boolean> {
  const pwa = workspacePackages().find(({ folder }) => folder === "demo-pwa");
  if (pwa?.manifest.scripts?.["build"] === undefined) return true;
  const { code, output } = await runPnpm(["--filter", pwa.manifest.name, "run", "build"]);
  if (code === 0) return true;
  console.error(output);
  console.error("The PWA does not build, so the browser tests cannot pass.");
  return false;
}

async function runVitest(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "amigos-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { code } = await run("vitest", ["run", ...reporters, ...args], { show: true, env });
    return countTests(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that cannot even load has no failed test in it, and a crash no report: both still count as failures. */
function countTests(reportFile: string, code: number): Counts {
  let report: {
    numPassedTests: number;
    numFailedTests: number;
    testResults: { status: string; assertionResults: { status: string }[] }[];
  };
  try {
    report = JSON.parse(readFileSync(reportFile, "utf8"));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

function finish({ passed, failed }: Counts): void {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
