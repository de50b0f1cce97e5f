/** `@amigos/simulator`: a deterministic laboratory for offline payments. */
export { simulate, settingsOf, type SimulationOptions, type SimulationResult } from "./simulate.ts";
export { SCENARIOS, scenarioOf } from "./scenarios/index.ts";
export type { Scenario } from "./scenarios/scenario.ts";
export {
  DEFAULTS,
  readSetting,
  SETTINGS,
  type ChoiceSetting,
  type NumberSetting,
  type SettingError,
  type SettingName,
  type Settings,
} from "./settings.ts";
export { ADVERSARIES } from "./adversaries/index.ts";
export type { Adversary } from "./adversaries/adversary.ts";
export type { Check, Violation } from "./checkers/checker.ts";
export type { Outcome } from "./outcomes/outcome.ts";
export { quantilesOf, type Quantiles } from "./outcomes/quantiles.ts";
export type { Role } from "./people/role.ts";
export type { Reconcile, Rules } from "./world/ledger.ts";
