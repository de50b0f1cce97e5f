/** Every planted bug is found, by the check and with the seed that the README says; and what was found once is kept and replayed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  scenarioOf,
  settingsOf,
  shrink,
  simulate,
  type Check,
  type Scenario,
  type SettingName,
  type Settings,
} from "@amigos/simulator";
import { PLANTED, PLANTED_SETTINGS, type Planted } from "./support/planted.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

function cellsOf(row: string): readonly string[] {
  return row.split("|").map((cell) => cell.trim());
}

describe("a rule that", { timeout: 300_000 }, () => {
  it.each(PLANTED)(
    "$bug is found within six seeds, as the README says",
    async ({ bug, foundBy, rules, ...planted }) => {
      const scenario = scenarioOf(planted.scenario ?? "residents") as Scenario;
      const settings = { ...PLANTED_SETTINGS, ...planted.settings };
      const found: (Check | undefined)[] = [];
      for (const seed of SEEDS) {
        const { violation } = await simulate({ scenario, seed, settings, rules: rules() });
        found.push(violation?.check);
        if (violation !== undefined) break;
      }
      expect(found.at(-1)).toBe(foundBy);
      const row = readme.split("\n").find((line) => cellsOf(line)[1] === bug);
      expect(cellsOf(row ?? "").slice(2, 4)).toEqual([`\`${foundBy}\``, String(found.length)]);
    },
  );

  it("makes money shows in a smaller world, with the command that runs it", async () => {
    const [{ rules }] = PLANTED as [Planted];
    const smaller = await shrink({
      scenario: "residents",
      seed: 1,
      settings: settingsOf(scenarioOf("residents") as Scenario, { ...PLANTED_SETTINGS, days: 4 }),
      violation: { check: "conservation" },
      rules: rules(),
    });
    expect(smaller?.command).toMatch(/^pnpm simulate run residents --seed 1 .*--set devices=2 --set days=1 /);
    expect(smaller?.settings).toMatchObject({ devices: 2, days: 1 });
  });
});

/** A world in which a check failed once. */
interface Regression {
  /** What was wrong. */
  readonly what: string;
  readonly scenario: string;
  readonly seed: number;
  readonly settings: Readonly<Partial<Record<SettingName, number | string>>>;
  readonly check: Check;
  /** The bug that has to be planted for it to fail. Left out: it was one of ours, and is mended. */
  readonly planted?: string;
}

const folder = join(import.meta.dirname, "../regressions");

describe("a world that failed once", { timeout: 300_000 }, () => {
  it.each(readdirSync(folder))("%s fails with its bug, and holds without it", async (file) => {
    const regression = JSON.parse(readFileSync(join(folder, file), "utf8")) as Regression;
    const scenario = scenarioOf(regression.scenario) as Scenario;
    const world = { scenario, seed: regression.seed, settings: regression.settings as Partial<Settings> };
    expect((await simulate(world)).violation).toBe(undefined);
    if (regression.planted === undefined) return;
    const planted = PLANTED.find(({ name }) => name === regression.planted);
    const { violation } = await simulate({ ...world, rules: (planted as Planted).rules() });
    expect(violation?.check).toBe(regression.check);
  });
});
