/** The least world in which a check still fails: fewer people, fewer days, less that goes wrong, as long as it fails the same. */
import type { Violation } from "../checkers/checker.ts";
import { commandOf } from "./command.ts";
import { scenarioOf } from "../scenarios/index.ts";
import { simulate } from "../simulate.ts";
import { SETTINGS, type SettingName, type Settings } from "../settings.ts";
import type { Rules } from "../world/ledger.ts";

export interface Failing {
  readonly scenario: string;
  readonly seed: number;
  readonly settings: Settings;
  readonly violation: Pick<Violation, "check">;
  readonly rules?: Rules;
}

/** What is made less of, in this order. */
const SHRUNK: readonly SettingName[] = [
  "days",
  "devices",
  "cheats",
  "copies",
  "payments",
  "gossip",
  "messageLoss",
  "duplicates",
  "oneWay",
  "crashes",
  "drift",
  "witnesses",
  "float",
  "partitionHours",
];
/** Worlds that are tried. */
const TRIES_MAX = 60;

export interface Smaller {
  readonly settings: Settings;
  readonly command: string;
}

/** `undefined` where nothing smaller fails. */
export async function shrink({
  scenario: name,
  seed,
  settings,
  violation,
  rules,
}: Failing): Promise<Smaller | undefined> {
  const scenario = scenarioOf(name);
  if (scenario === undefined) return undefined;
  let least = settings;
  let tries = 0;
  const fails = async (candidate: Settings): Promise<boolean> => {
    if (tries++ >= TRIES_MAX) return false;
    const result = await simulate({ scenario, seed, settings: candidate, ...(rules === undefined ? {} : { rules }) });
    return result.violation?.check === violation.check;
  };
  for (const setting of SHRUNK) {
    const known = SETTINGS[setting];
    if (known.kind !== "number") continue;
    for (let value = least[setting] as number; value > known.min;) {
      const smaller = Math.max(known.min, value >> 1);
      if (!(await fails({ ...least, [setting]: smaller }))) break;
      least = { ...least, [setting]: smaller };
      value = smaller;
    }
  }
  if (least === settings) return undefined;
  return { settings: least, command: commandOf({ verb: "run", scenario: name, seeds: [seed], settings: least }) };
}
