/** The scenarios under `vectors/reconcile/`, as they stand there. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ScenarioFiles } from "./check-scenario.ts";

const folder = resolve(import.meta.dirname, "../../../../vectors/reconcile");
const EXPECTED = ".expected.json";

export function scenarioText(file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

export function scenarioFileNames(): readonly string[] {
  return readdirSync(folder).toSorted();
}

export function readScenarioFiles(): readonly ScenarioFiles[] {
  return scenarioFileNames()
    .filter((file) => file.endsWith(EXPECTED))
    .map((file) => {
      const name = file.slice(0, -EXPECTED.length);
      return {
        name,
        scenario: JSON.parse(scenarioText(`${name}.json`)) as unknown,
        expected: JSON.parse(scenarioText(file)) as ScenarioFiles["expected"],
      };
    });
}
