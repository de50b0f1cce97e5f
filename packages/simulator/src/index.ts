/** `@amigos/simulator`: a deterministic laboratory for offline payments. */
export {
  simulate,
  type Check,
  type Rules,
  type SimulationOptions,
  type SimulationResult,
  type Violation,
} from "./simulate.ts";
