/** All checkers of one world. The first violation ends it. */
import type { Adversary } from "../adversaries/adversary.ts";
import { createPrng } from "../chance/prng.ts";
import type { Recorder } from "../outcomes/recorder.ts";
import type { Settings } from "../settings.ts";
import type { Decision, Rules } from "../world/ledger.ts";
import type { Population } from "../world/population.ts";
import type { World } from "../world/world.ts";
import type { Checker, Violation } from "./checker.ts";
import { conservation } from "./conservation.ts";
import { convergence } from "./convergence.ts";
import { evidence, honesty } from "./evidence.ts";
import { finality } from "./finality.ts";
import { frozen } from "./frozen.ts";
import { limits } from "./limits.ts";
import { lossBound } from "./loss-bound.ts";

/** Ends a run: the world is wrong from here on. */
export class Violated extends Error {
  override readonly name = "Violated";
  readonly violation: Violation;
  constructor(violation: Violation) {
    super(`${violation.check}: ${violation.detail}`);
    this.violation = violation;
  }
}

export interface CheckersOptions {
  readonly population: Population;
  readonly settings: Settings;
  readonly rules: Rules;
  readonly adversary: Adversary | undefined;
  readonly seed: string;
}

export class Checkers {
  readonly #checkers: readonly Checker[];

  constructor({ population, settings, rules, adversary, seed }: CheckersOptions) {
    this.#checkers = [
      convergence(population.network, rules, createPrng(`${seed}/checkers`)),
      conservation(),
      limits(settings, population.founder.session),
      frozen(),
      finality(),
      evidence,
      honesty,
      lossBound(adversary),
    ];
  }

  /** @throws {Violated} */
  afterDecision(decision: Decision, recorder: Recorder): void {
    for (const { afterDecision } of this.#checkers) throwIfViolated(afterDecision?.(decision, recorder));
  }

  /** @throws {Violated} */
  atEnd(world: World): void {
    for (const { atEnd } of this.#checkers) throwIfViolated(atEnd?.(world));
  }
}

function throwIfViolated(violation: Violation | undefined): void {
  if (violation !== undefined) throw new Violated(violation);
}
