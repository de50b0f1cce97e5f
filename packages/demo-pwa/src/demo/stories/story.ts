/** What a story is: steps that follow from a seed, each with one sentence and what happens meanwhile. Plain data. */
import type { Action, PartyId } from "../world/action.ts";
import { createDraw } from "../world/chance.ts";

export interface Step {
  /** Which sentence of the story says what happens and why. */
  readonly says: string;
  /** What the sentence speaks of, as far as it does. */
  readonly first?: number;
  readonly second?: number;
  readonly third?: number;
  readonly one?: PartyId;
  readonly other?: PartyId;
  readonly actions: readonly Action[];
}

/** A step whose sentence is one of these. */
export type StepOf<Says extends string> = Step & { readonly says: Says };

/** Amounts and choices of one story and seed. */
export interface Chance {
  /** Cents from `least` to `most`, both included, in steps of five. */
  readonly cents: (purpose: string, least: number, most: number) => number;
  readonly isHeads: (purpose: string) => boolean;
}

const STEP_CENTS = 5;

export function chanceOf(story: string, seed: number): Chance {
  const draw = createDraw(`amigos-demo/${seed}/${story}`);
  return {
    cents: (purpose, least, most) => least + STEP_CENTS * draw(purpose, (most - least) / STEP_CENTS + 1),
    isHeads: (purpose) => draw(purpose, 2) === 0,
  };
}
