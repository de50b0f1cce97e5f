/**
 * The vectors of `vectors/reconcile/`, made anew: scenarios and what must come of them. Keys are hashes of names and Ed25519 is
 * deterministic, so every run makes the same files. `pnpm vectors` writes them and a test compares.
 */
import type { ScenarioReport } from "../../../src/scenario/index.ts";
import { accounts } from "./accounts.ts";
import { forks } from "./forks.ts";
import { payments } from "./payments.ts";
import { rules } from "./rules.ts";
import { Stage, type ScenarioJson, type Story } from "./stage.ts";

export const stories: readonly Story[] = [...payments, ...rules, ...forks, ...accounts];

export interface ScenarioVector {
  readonly name: string;
  readonly scenario: ScenarioJson;
  readonly expected: ScenarioReport;
}

export async function makeScenarioVector(story: Story): Promise<ScenarioVector> {
  const stage = new Stage(story);
  await story.tell(stage);
  return { name: story.name, scenario: stage.scenario, expected: stage.report };
}
