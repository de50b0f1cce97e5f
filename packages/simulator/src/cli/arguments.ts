/** What was typed, read and checked. */
import { parseArgs } from "node:util";
import { scenarioOf, SCENARIOS } from "../scenarios/index.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { isSettingName, readSetting, type SettingName, type Settings } from "../settings.ts";
import type { Variation } from "../results/sweep.ts";

/** Something that was typed makes no sense. Its message is for people. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface RunArguments {
  readonly scenario: Scenario;
  readonly seeds: readonly number[];
  readonly settings: Partial<Settings>;
  readonly variations: readonly Variation[];
  readonly trace: boolean;
  readonly json: boolean;
  /** Where a report is written. */
  readonly report: string | undefined;
  /** Where a world in which a check failed is written. */
  readonly keep: string | undefined;
  /** Where the results of a sweep are written: a folder. */
  readonly out: string | undefined;
}

export const OPTIONS_TEXT = `
  --seed N           which world; the same seed is the same world, byte for byte. Default 1
  --seeds A-B        for a sweep: from A to B
  --devices N        and --days N, --policy P: short for --set
  --set key=value    a setting; as often as you like. \`list\` shows them all
  --vary key=a,b,c   for a sweep: each of these values, with every seed. Twice for two settings
  --trace            show every event
  --json             print the results as JSON, one line a run
  --report FILE      write a page with figures, plots and who paid whom
  --keep FILE        write the least world in which a check failed: a regression
  --out FOLDER       for a sweep: results.jsonl, results.csv and report.html
`;

const SEED_MAX = 999_999_999;
const SEEDS_MAX = 10_000;
const VARIATIONS_MAX = 2;
/** Settings that have an option of their own. */
const SHORT = ["devices", "days", "policy"] as const satisfies readonly SettingName[];

/** @throws {UsageError} */
export function readArguments(args: readonly string[]): RunArguments {
  const { values, positionals } = parsed(args);
  const [name = "", ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one scenario at a time, not ${positionals.join(" and ")}`);
  const settings: Record<string, number | string> = {};
  for (const short of SHORT) {
    const value = values[short];
    if (value !== undefined) Object.assign(settings, settingOf(short, value));
  }
  for (const pair of values.set ?? []) Object.assign(settings, settingOf(...pairOf("--set", pair)));
  return {
    scenario: knownScenario(name),
    seeds: seedsOf(values),
    settings,
    variations: variationsOf(values.vary ?? []),
    trace: values.trace === true,
    json: values.json === true,
    report: values.report,
    keep: values.keep,
    out: values.out,
  };
}

export interface WalletsArguments {
  readonly seeds: readonly number[];
  readonly trace: boolean;
}

/** @throws {UsageError} */
export function readWalletsArguments(args: readonly string[]): WalletsArguments {
  const { values, positionals } = parsed(args);
  if (positionals.length > 0) throw new UsageError("wallets takes no scenario: what happens follows from the seed");
  return { seeds: seedsOf(values), trace: values.trace === true };
}

function seedsOf({ seed, seeds }: { readonly seed?: string; readonly seeds?: string }): readonly number[] {
  return seeds === undefined ? [wholeNumber("--seed", seed ?? "1", SEED_MAX)] : seedRange(seeds);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seed: { type: "string" },
        seeds: { type: "string" },
        devices: { type: "string" },
        days: { type: "string" },
        policy: { type: "string" },
        set: { type: "string", multiple: true },
        vary: { type: "string", multiple: true },
        trace: { type: "boolean" },
        json: { type: "boolean" },
        report: { type: "string" },
        keep: { type: "string" },
        out: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function knownScenario(name: string): Scenario {
  const scenario = scenarioOf(name);
  if (scenario !== undefined) return scenario;
  throw new UsageError(`a scenario is one of ${SCENARIOS.map((known) => known.name).join(", ")}`);
}

function pairOf(option: string, pair: string): readonly [string, string] {
  const at = pair.indexOf("=");
  if (at <= 0) throw new UsageError(`${option} is key=value, not ${pair}`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function settingOf(name: string, value: string): Partial<Settings> {
  const read = readSetting(name, value);
  if (read.ok) return read.value;
  const { error } = read;
  throw new UsageError(
    error.type === "setting-unknown"
      ? `there is no setting ${name}; there are ${error.known.join(", ")}`
      : `${name} is ${error.allowed}, not ${value}`,
  );
}

function variationsOf(pairs: readonly string[]): readonly Variation[] {
  if (pairs.length > VARIATIONS_MAX) throw new UsageError(`at most ${VARIATIONS_MAX} settings vary at once`);
  return pairs.map((pair) => {
    const [name, list] = pairOf("--vary", pair);
    const values = list.split(",").flatMap((value) => Object.values(settingOf(name, value)));
    if (!isSettingName(name)) throw new UsageError(`there is no setting ${name}`);
    return { name, values };
  });
}

function seedRange(text: string): readonly number[] {
  const [first = "", last = first] = text.split("-");
  const [from, to] = [wholeNumber("--seeds", first, SEED_MAX), wholeNumber("--seeds", last, SEED_MAX)];
  if (to < from || to - from >= SEEDS_MAX) throw new UsageError(`--seeds is A-B, at most ${SEEDS_MAX} of them`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value <= max) return value;
  throw new UsageError(`${option} is a number from 0 to ${max}`);
}
