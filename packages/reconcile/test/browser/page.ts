/** What the test page offers to the tests, as `scenarios`. */
import { checkScenario, type ScenarioFiles, type ScenarioOutcome } from "../support/check-scenario.ts";

const page = {
  /** `text` is a scenario's files as JSON. */
  checkText: (text: string): Promise<ScenarioOutcome> => checkScenario(JSON.parse(text) as ScenarioFiles),
};

declare global {
  var scenarios: typeof page;
}

globalThis.scenarios = page;
