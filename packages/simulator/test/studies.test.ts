/** The study: what can be calculated comes out as calculated, what is bounded stays within its bound, and the same seeds give the same bytes. */
import { describe, expect, it } from "vitest";
import { rowOf, simulate } from "@amigos/simulator";
import { payeesReached } from "../src/studies/closed-forms.ts";
import { OFFLINE_LOSS } from "../src/studies/offline-loss.ts";
import { pointsOfExperiment, runExperiment, type Experiment } from "../src/studies/study.ts";
import { plotSvg, summaryCsv, withTable } from "../src/studies/write-study.ts";

function experiment(name: string): Experiment {
  return OFFLINE_LOSS.find((one) => one.name === name) as Experiment;
}

/** One point of an experiment, all else as it is. */
function atPoint(name: string, value: number | string, line?: string): Experiment {
  const { across, by, ...rest } = experiment(name);
  return {
    ...rest,
    across: { ...across, values: [value] },
    ...(by === undefined || line === undefined ? {} : { by: { ...by, values: [line] } }),
  };
}

describe("the closed form", () => {
  it("is n(1 - (1 - 1/n)^k) while nobody was shown three branches, and a little more after", () => {
    expect(payeesReached(2, 8)).toBeCloseTo(8 * (1 - (7 / 8) ** 2), 12);
    expect(payeesReached(1, 3)).toBe(1);
    expect(payeesReached(6, 8)).toBeGreaterThan(8 * (1 - (7 / 8) ** 6));
    expect(payeesReached(50, 8)).toBeCloseTo(8, 12);
  });
});

describe("an experiment", { timeout: 300_000 }, () => {
  it.each([
    ["copies", 4, "honour-all"],
    ["copies", 4, "freeze-fork"],
    ["colluders", 5, "float 20.00, honour-all"],
    ["colluders", 3, "float 20.00, single-branch"],
  ])("of %s, %i, %s comes to what is calculated, but for chance", async (name, copies, line) => {
    const runs = 80;
    const { points } = await runExperiment(atPoint(name, copies, line), { seeds: runs });
    const [{ intervals, calculated }] = points as [(typeof points)[number]];
    const { mean, low, high } = intervals["loss"] as { mean: number; low: number; high: number };
    // An interval of 95 % is four standard errors wide, about; twice that is beyond chance.
    expect(Math.abs(mean - Number(calculated))).toBeLessThanOrEqual(high - low);
  });

  it.each(OFFLINE_LOSS.filter(({ bound }) => bound !== undefined).map(({ name }) => name))(
    "of %s stays within its bound at every point",
    async (name) => {
      const { points } = await runExperiment(experiment(name), { seeds: 1 });
      for (const { at, intervals, bound } of points)
        expect(intervals["loss"]?.max, at.join()).toBeLessThanOrEqual(Number(bound));
    },
  );

  it("gives the same bytes again, and puts its table where the page has a place for it", async () => {
    const small = atPoint("limits", 20_00);
    const [one, other] = await Promise.all([1, 2].map(() => runExperiment(small, { seeds: 2 })));
    if (one === undefined || other === undefined) throw new RangeError("two were run");
    expect(summaryCsv(one)).toBe(summaryCsv(other));
    expect(plotSvg(one)).toBe(plotSvg(other));
    const page = "before\n\n<!-- limits -->\n<!-- end of limits -->\n\nafter\n";
    const written = withTable(page, one);
    expect(written).toContain("\n| 20.00          | ");
    expect(withTable(written, other)).toBe(written);
    expect(withTable("nothing", one)).toBe("nothing");
  });

  it("is a sweep that anybody can run: each point is settings and seeds", async () => {
    const [point] = pointsOfExperiment(experiment("limits"));
    const { scenario } = experiment("limits");
    const row = rowOf(await simulate({ scenario, seed: 1, settings: { ...point?.settings } }));
    expect(row).toMatchObject({ scenario: "village-market", seed: 1, dailyLimit: 500, copies: 4, violation: "" });
  });
});
