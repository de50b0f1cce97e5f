/**
 * Whether this implementation, on the runtime that it runs on, makes of a scenario what stands beside it. Plain code: no Vitest,
 * no Node, no DOM, so that every runtime can be asked.
 */
import { runScenario, type ScenarioReport } from "../../src/scenario/index.ts";

/** A scenario under `vectors/reconcile/` and what is expected of it. */
export interface ScenarioFiles {
  readonly name: string;
  readonly scenario: unknown;
  readonly expected: ScenarioReport;
}

/** One line each, the same where nothing differs. */
export interface ScenarioOutcome {
  readonly vector: string;
  readonly published: string;
  readonly found: string;
}

export async function checkScenario({ name, scenario, expected }: ScenarioFiles): Promise<ScenarioOutcome> {
  const result = await runScenario(scenario);
  const published = JSON.stringify(expected);
  if (!result.ok) return { vector: name, published: summaryOf(expected), found: result.error.type };
  const isSame = JSON.stringify(result.value) === published;
  const found = isSame ? summaryOf(expected) : `${summaryOf(result.value)}, another report`;
  return { vector: name, published: summaryOf(expected), found };
}

/** Enough to see which batch differs first. */
function summaryOf({ batches }: ScenarioReport): string {
  return batches.map(({ height, checkpoint }) => `${height}:${checkpoint.slice(0, 16)}`).join(" ");
}
