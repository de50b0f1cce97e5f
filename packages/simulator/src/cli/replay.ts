/** `pnpm simulate replay`: runs again what a line of results says, and compares. Exit code 1 when it is not the same. */
import { readFileSync } from "node:fs";
import { scenarioOf } from "../scenarios/index.ts";
import { simulate } from "../simulate.ts";
import { readSetting, SETTINGS, type Settings } from "../settings.ts";
import { UsageError } from "./arguments.ts";

interface Recorded {
  readonly scenario: string;
  readonly seed: number;
  readonly settings: Partial<Settings>;
  readonly hash: string;
}

/** `file` of JSON lines, `line` from 1. */
export async function replay(args: readonly string[]): Promise<number> {
  const [file, line = "1", ...more] = args.filter((argument) => argument !== "--trace");
  if (file === undefined || more.length > 0) throw new UsageError("replay FILE [LINE] [--trace]");
  const recorded = read(file, Number(line));
  const scenario = scenarioOf(recorded.scenario);
  if (scenario === undefined) throw new UsageError(`${recorded.scenario} is no scenario of this version`);
  const { seed, settings } = recorded;
  const onEvent = args.includes("--trace") ? { onEvent: (text: string) => void process.stdout.write(`${text}\n`) } : {};
  const { hash } = await simulate({ scenario, seed, settings, ...onEvent });
  const isSame = hash === recorded.hash;
  process.stdout.write(isSame ? `the same: ${hash}\n` : `another: ${hash}, and ${recorded.hash} is recorded\n`);
  return isSame ? 0 : 1;
}

/** @throws {UsageError} when there is no such line, or it is none of results */
function read(file: string, line: number): Recorded {
  let row: Readonly<Record<string, unknown>>;
  try {
    const text = readFileSync(file, "utf8").split("\n")[line - 1] ?? "";
    row = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw new UsageError(`${file} has no result on line ${line}`);
  }
  const { scenario, seed, hash } = row;
  if (typeof scenario !== "string" || typeof seed !== "number" || typeof hash !== "string")
    throw new UsageError(`line ${line} of ${file} is no result`);
  const settings: Record<string, unknown> = {};
  for (const name of Object.keys(SETTINGS)) {
    const setting = readSetting(name, String(row[name]));
    if (!setting.ok) throw new UsageError(`line ${line} of ${file} was written by another version: ${name}`);
    Object.assign(settings, setting.value);
  }
  return { scenario, seed, hash, settings };
}
