/** The scenarios as a program for any Node: the files as JSON on its input, what came of each as JSON on its output. */
import { readFileSync } from "node:fs";
import { checkScenario, type ScenarioFiles, type ScenarioOutcome } from "../support/check-scenario.ts";

export interface NodeReport {
  readonly version: string;
  readonly outcomes: readonly ScenarioOutcome[];
}

const standardInput = 0;
const files = JSON.parse(readFileSync(standardInput, "utf8")) as readonly ScenarioFiles[];
const outcomes: ScenarioOutcome[] = [];
for (const file of files) outcomes.push(await checkScenario(file));
const report: NodeReport = { version: process.version, outcomes };
process.stdout.write(JSON.stringify(report));
