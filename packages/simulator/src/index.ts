/** `@amigos/simulator`: a deterministic laboratory for offline payments. */
export { simulate, Simulation, settingsOf, type SimulationOptions, type SimulationResult } from "./simulate.ts";
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
export { COLUMNS, csvHeader, csvLine, FIGURES, rowOf, type Cell, type Column, type Row } from "./results/columns.ts";
export { intervalOf, type Interval } from "./results/interval.ts";
export { plannedRuns, pointsOf, sweep, type Point, type SweepPlan, type Variation } from "./results/sweep.ts";
export { shrink, type Failing, type Smaller } from "./results/shrink.ts";
export { reportPage, type Report } from "./report/page.ts";
export type { Lanes, LanePayment } from "./outcomes/lanes.ts";
