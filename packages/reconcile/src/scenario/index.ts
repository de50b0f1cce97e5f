/** `@amigos/reconcile/scenario`: the rule book from bytes to roots, for comparing implementations. The spec is `docs/spec/scenario.md`. */
export { runScenario } from "./run-scenario.ts";
export { type ScenarioError } from "./read-scenario.ts";
export { type BatchReport, type ItemReport, type Json, type ScenarioReport } from "./report.ts";
