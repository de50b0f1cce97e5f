/** Whatever somebody writes into a scenario, there is a report or an error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runScenario } from "../../src/scenario/index.ts";
import { readScenarioFiles } from "../support/scenario-files.ts";

const NAMES = ["floats", "witness-lies", "recovery-by-guardians", "rules-of-what-is-forgotten", "stakes-and-rewards"];
const scenarios = readScenarioFiles().filter(({ name }) => NAMES.includes(name));

const HEX = "0123456789abcdef";

describe("scenarios", () => {
  it("[SCN1] with a digit changed anywhere in what was signed give a report, and errors in their places", async () => {
    const seen = new Set<string>();
    const texts = scenarios.map(({ scenario }) => JSON.stringify(scenario));
    await fc.assert(
      fc.asyncProperty(fc.nat(texts.length - 1), fc.nat(), fc.nat(), fc.nat(15), async (which, item, place, digit) => {
        const text = texts[which] ?? "";
        const strings = [...text.matchAll(/(?<=")[0-9a-f]{16,}(?=")/g)];
        const { index, 0: hex } = strings[item % strings.length] as RegExpExecArray;
        const at = index + (place % hex.length);
        const touched = `${text.slice(0, at)}${HEX[digit]}${text.slice(at + 1)}`;
        const result = await runScenario(JSON.parse(touched));
        if (!result.ok) return void seen.add(result.error.type);
        const reports = result.value.batches.flatMap(({ control, entries, inceptions }) => [
          ...control,
          ...entries,
          ...inceptions,
        ]);
        for (const report of reports) seen.add("error" in report ? "error" : report.outcome);
      }),
      { numRuns: 150 },
    );
    expect(seen).toContain("error");
    expect(seen).toContain("accepted");
  });

  it("[SCN2] with anything anywhere give a report or an error", async () => {
    const [files] = scenarios;
    const scenario = files?.scenario as Readonly<Record<string, unknown>>;
    const [batch, ...batches] = scenario["batches"] as readonly object[];
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom("version", "story", "genesis", "snapshot", "batches", "other"),
        fc.constantFrom("time", "inceptions", "control", "entries", "other"),
        async (value, member, inBatch) => {
          const whole = await runScenario({ ...scenario, [member]: value });
          const inside = await runScenario({ ...scenario, batches: [{ ...batch, [inBatch]: value }, ...batches] });
          const alone = await runScenario(value);
          expect([whole, inside, alone].every(({ ok }) => typeof ok === "boolean")).toBe(true);
          expect(alone.ok).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });
});
