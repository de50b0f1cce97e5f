/** The vectors that `pnpm vectors` writes for the rule book: scenarios with their roots, and carried payments. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { ItemReport, ScenarioReport } from "../src/scenario/index.ts";
import { checkCarriedVector, makeCarriedVectors, type CarriedVectors } from "./support/carried-vectors.ts";
import { checkScenario, type ScenarioFiles } from "./support/check-scenario.ts";
import { readScenarioFiles, scenarioFileNames, scenarioText } from "./support/scenario-files.ts";
import { makeScenarioVector, stories } from "./support/scenarios/index.ts";
import { sentences } from "./support/sentences.ts";

const root = resolve(import.meta.dirname, "../../..");
const filesByName = new Map(readScenarioFiles().map((files) => [files.name, files]));

function filesOf(name: string): ScenarioFiles {
  const files = filesByName.get(name);
  if (files === undefined) throw new RangeError(`vectors/reconcile/${name}.json is not there; pnpm vectors writes it`);
  return files;
}

describe("vectors/reconcile", () => {
  it("[SCN1] has two files for each story and no others", () => {
    expect(scenarioFileNames()).toEqual(
      stories.flatMap(({ name }) => [`${name}.expected.json`, `${name}.json`]).toSorted(),
    );
  });

  it.each(stories)("[SCN1] [SCN6] $name is what `pnpm vectors` writes", async (story) => {
    const { scenario, expected } = await makeScenarioVector(story);
    expect({ name: story.name, scenario, expected }).toEqual(filesOf(story.name));
  });

  it.each(stories)("[SCN3] [SCN4] $name gives the same report when it is read from its bytes", async ({ name }) => {
    const { published, found } = await checkScenario(filesOf(name));
    expect(found).toBe(published);
  });

  it("[SCN6] between them they meet every rule with every reason, of entries and of control entries", () => {
    const met = new Set(stories.flatMap(({ name }) => keysOf(filesOf(name).expected)));
    expect(Object.keys(sentences).filter((key) => !met.has(key))).toEqual([]);
    const proven = stories.flatMap(({ name }) => filesOf(name).expected.batches.flatMap(({ evidence }) => evidence));
    expect(new Set(proven.map((proof) => proof.slice(0, 4)))).toEqual(new Set(["8301", "8302"]));
  });
});

/** The keys under which a report's verdicts are explained. */
function keysOf({ batches }: ScenarioReport): readonly string[] {
  const items = batches.flatMap(({ inceptions, control, entries }) => [...inceptions, ...control, ...entries]);
  return items.flatMap((item) => ("error" in item ? [] : keyOf(item)));
}

function keyOf({ outcome, code, evidence }: Exclude<ItemReport, { readonly error: unknown }>): string {
  if (code === undefined) return outcome;
  const { reason } = evidence as { readonly reason?: string };
  return reason === undefined ? code : `${code}-${reason}`;
}

function runProgram(input: string | Uint8Array): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, ["--conditions=amigos-source", join(root, "scripts/reconcile.ts")], {
    input,
    encoding: "utf8",
  });
}

describe("pnpm reconcile", () => {
  it.each(["plain-payments", "fork-single-branch", "recovery-by-guardians"])(
    "[SCN5] prints the very text that stands beside %s",
    (name) => {
      const { status, stdout } = runProgram(scenarioText(`${name}.json`));
      expect([status, stdout]).toEqual([0, scenarioText(`${name}.expected.json`)]);
    },
  );

  it.each([
    ["no JSON", "{", "not-json"],
    ["no text", Uint8Array.of(0x22, 0xff, 0x22), "not-json"],
    ["no scenario", "[]", "scenario-malformed"],
    ["no genesis", JSON.stringify({ version: 1, genesis: "00", batches: [] }), "genesis-refused"],
  ])("[SCN5] ends with 2 and one line of JSON where there is %s", (_what, input, type) => {
    const { status, stdout, stderr } = runProgram(input);
    expect([status, stdout, stderr.split("\n").length]).toEqual([2, "", 2]);
    expect(JSON.parse(stderr)).toMatchObject({ type });
  });
});

describe("vectors/carried-payment-1.json", () => {
  const vectors = JSON.parse(readFileSync(join(root, "vectors/carried-payment-1.json"), "utf8")) as CarriedVectors;

  it("[CAR2] is what `pnpm vectors` writes", async () => {
    expect(await makeCarriedVectors()).toEqual(vectors);
  });

  it.each(vectors.valid)("[CAR6] valid: $name", (vector) => {
    expect(checkCarriedVector(vector, vectors.context)).toEqual(vector.expected);
  });

  it.each(vectors.invalid)("[CAR5] invalid: $name: $error", (vector) => {
    expect(checkCarriedVector(vector, vectors.context)).toBe(vector.error);
  });

  it("[CAR2] the first one stands in the specification", () => {
    const page = readFileSync(join(root, "docs/spec/carried-payment.md"), "utf8");
    const [, name, hex = ""] = /^```bytes (.+)\n([\s\S]*?)^```$/m.exec(page) ?? [];
    expect([name, hex.replaceAll(/\s/g, "")]).toEqual([vectors.valid[0]?.name, vectors.valid[0]?.input]);
  });
});
