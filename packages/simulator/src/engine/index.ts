/** `@amigos/simulator/engine`: small worlds of real wallets, in Node. */
export { simulateEngine, type EngineSimulationOptions, type EngineSimulationResult } from "./simulate-engine.ts";
export type { EngineCheck, EngineViolation } from "./examine.ts";
export { movesOf, type Move } from "./moves.ts";
