/** The scenarios in a page of a real Chromium: the phone of whoever pays comes to the same roots as the hub that settles. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestBrowser, type TestBrowser } from "../../../../scripts/test-browser.ts";
import type { ScenarioOutcome } from "../support/check-scenario.ts";
import { readScenarioFiles } from "../support/scenario-files.ts";

let chromium: TestBrowser;

beforeAll(async () => {
  chromium = await startTestBrowser({ script: new URL("page.ts", import.meta.url), offers: "scenarios" });
});

afterAll(() => chromium?.close());

it("[REC1] [SCN1] Chromium comes to the same verdicts and roots in every scenario", async () => {
  const page = await chromium.newTab();
  const outcomes: ScenarioOutcome[] = [];
  for (const files of readScenarioFiles())
    outcomes.push(await page.evaluate((text) => scenarios.checkText(text), JSON.stringify(files)));
  expect(outcomes.length).toBeGreaterThan(20);
  expect(outcomes.filter(({ published, found }) => published !== found)).toEqual([]);
});
