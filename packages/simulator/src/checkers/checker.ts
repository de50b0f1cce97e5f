/** What must hold in every world, whatever happens in it. A checker keeps books of its own and uses no rule that it checks. */
import type { Recorder } from "../outcomes/recorder.ts";
import type { Decision } from "../world/ledger.ts";
import type { World } from "../world/world.ts";

export type Check =
  | "convergence"
  | "conservation"
  | "limits"
  | "frozen"
  | "finality"
  | "evidence"
  | "honesty"
  | "loss-bound";

export interface Violation {
  readonly check: Check;
  readonly detail: string;
}

export interface Checker {
  readonly name: Check;
  /** What it holds the world to. */
  readonly what: string;
  /** After every checkpoint. */
  readonly afterDecision?: (decision: Decision, recorder: Recorder) => Violation | undefined;
  /** After everybody met. */
  readonly atEnd?: (world: World) => Violation | undefined;
}
