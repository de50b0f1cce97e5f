/**
 * Searching for a history that breaks a property: plays one with every check, makes a bad one small, and writes it as code for
 * `pinned.ts`. Beside fast-check, which cannot take a scene apart, this cuts a script wherever it can be cut.
 */
import fc from "fast-check";
import type { Action, History } from "../support/actions.ts";
import { POLICY_NAMES } from "../support/cast.ts";
import { histories } from "../support/histories.ts";
import { play } from "../support/play.ts";
import {
  agreesWithAuditor,
  certifiedWins,
  endsHold,
  evidenceVerifies,
  isFunctionOfTheSet,
  limitsHold,
  replays,
  settledStays,
  snapshotsDecode,
  valueStays,
  type Check,
} from "./checks.ts";

const CHECKS: Readonly<Record<string, Check>> = {
  agreesWithAuditor,
  isFunctionOfTheSet,
  settledStays,
  valueStays,
  limitsHold,
  endsHold,
  evidenceVerifies,
  replays,
  certifiedWins,
  snapshotsDecode,
};

export interface Problem {
  /** The check that failed, or `play` where the history could not even be settled. */
  readonly where: string;
  readonly message: string;
}

/** The histories of a seed: always the same. */
export function historiesOf(seed: number, count: number): readonly History[] {
  return fc.sample(histories(...POLICY_NAMES), { seed, numRuns: count });
}

/** The first check that a history fails, if it fails one. */
export async function problemWith(history: History, seed: number): Promise<Problem | undefined> {
  let where = "play";
  try {
    const played = await play(history);
    for (const [name, check] of Object.entries(CHECKS)) {
      where = name;
      await check(played, seed);
    }
    return undefined;
  } catch (error) {
    return { where, message: error instanceof Error ? error.message : String(error) };
  }
}

/** As small a history as this finds within so many tries that fails the same check. */
export async function shrink(history: History, seed: number, triesMax: number): Promise<History> {
  const where = (await problemWith(history, seed))?.where;
  let smallest = history;
  let tries = 0;
  const isStillBad = async (candidate: History): Promise<boolean> => {
    if (tries >= triesMax) return false;
    tries++;
    if ((await problemWith(candidate, seed))?.where !== where) return false;
    smallest = candidate;
    return true;
  };
  for (let before: History | undefined; before !== smallest;) {
    before = smallest;
    for (let size = Math.ceil(smallest.script.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < smallest.script.length;) {
        const isCut = await isStillBad({ ...smallest, script: smallest.script.toSpliced(from, size) });
        if (!isCut) from += size;
      }
    }
    for (let index = 0; index < smallest.script.length; index++) {
      for (const simplify of SIMPLER) {
        const action = smallest.script[index];
        const simpler = action && simplify(action);
        if (simpler === undefined || JSON.stringify(simpler, printable) === JSON.stringify(action, printable)) continue;
        await isStillBad({ ...smallest, script: smallest.script.with(index, simpler) });
      }
    }
    if (smallest.isStaked) await isStillBad({ ...smallest, isStaked: false });
  }
  return smallest;
}

const SIMPLER: readonly ((action: Action) => Action | undefined)[] = [
  (action) => (action.type === "sign" ? { ...action, clockOffsetMs: 0 } : undefined),
  (action) => (action.type === "sign" ? { ...action, after: "tip" } : undefined),
  (action) => (action.type === "sign" ? { ...action, checkpoint: "newest" } : undefined),
  (action) => (action.type === "sign" ? { ...action, dependencies: action.dependencies.slice(1) } : undefined),
  (action) => (action.type === "sign" ? without(action, "region") : undefined),
  (action) => (action.type === "sign" ? without(action, "isOnVariant") : undefined),
  (action) =>
    action.type === "sign" && "amount" in action.does ? { ...action, does: { ...action.does, amount: 1n } } : undefined,
  (action) =>
    action.type === "sign" ? { ...action, does: { type: "pay", to: 1, amount: 1n, asset: "AMI" } } : undefined,
  (action) => (action.type === "control" ? { ...action, after: "settled" } : undefined),
  (action) => (action.type === "control" ? { ...action, key: "right" } : undefined),
  (action) =>
    action.type === "settle" ? { type: "settle", advanceMs: 0, withheld: [], repeated: [], granted: [] } : undefined,
  (action) => (action.type === "settle" ? { ...action, advanceMs: 0 } : undefined),
  (action) => (action.type === "settle" ? { ...action, withheld: action.withheld.slice(1) } : undefined),
  (action) => (action.type === "settle" ? { ...action, repeated: action.repeated.slice(1) } : undefined),
  (action) => (action.type === "settle" ? { ...action, granted: action.granted.slice(1) } : undefined),
  (action) => (action.type === "settle" ? without(action, "controlWithheld") : undefined),
  (action) => (action.type === "settle" ? without(action, "controlRepeated") : undefined),
];

function without<Value extends object, Key extends keyof Value>(value: Value, key: Key): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as Value;
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

/** The history as an object literal. */
export function historyToCode(history: History): string {
  return JSON.stringify(history, printable, 1)
    .replaceAll(/"(\d+)n"/gu, "$1n")
    .replaceAll(/"([A-Za-z]+)":/gu, "$1:")
    .replaceAll(/\n {3,}/gu, " ")
    .replaceAll(/\n {2}([}\]])/gu, " $1");
}
