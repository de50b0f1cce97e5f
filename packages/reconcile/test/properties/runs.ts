/** How many histories a property is tried on, and how long that may take. `pnpm fuzz` goes on from here. */
import fc from "fast-check";
import type { History } from "../support/actions.ts";
import type { PolicyName } from "../support/cast.ts";
import { histories } from "../support/histories.ts";
import { play } from "../support/play.ts";
import type { Check } from "./checks.ts";

/** Mutation testing runs the properties thousands of times, each on a few histories. */
const runsFactor = Number(process.env["AMIGOS_RUNS_FACTOR"] ?? 1);

/** Seconds, in fact; a shared machine may be slow. */
export const TIMEOUT_MS = 240_000;

export function everyHistory(check: Check, count: number, ...policies: readonly PolicyName[]): Promise<void> {
  return fc.assert(
    fc.asyncProperty(histories(...policies), fc.nat(), async (history: History, seed) => {
      await check(await play(history), seed);
    }),
    { numRuns: Math.max(1, Math.round(count * runsFactor)) },
  );
}
