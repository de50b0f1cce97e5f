/** One set of roots on every runtime: the scenarios in a Node 22 of its own. `browser/chromium.test.ts` runs them in a page. */
import { expect, it } from "vitest";
import { runNode22 } from "../../../../scripts/node-22.ts";
import { readScenarioFiles } from "../support/scenario-files.ts";
import type { NodeReport } from "./run-in-node.ts";

it("[REC1] [SCN1] Node 22 comes to the same verdicts and roots in every scenario", () => {
  const files = readScenarioFiles();
  const script = new URL("run-in-node.ts", import.meta.url);
  const { version, outcomes } = JSON.parse(runNode22(script, JSON.stringify(files))) as NodeReport;
  expect(version).toMatch(/^v22\./);
  expect(outcomes).toHaveLength(files.length);
  expect(outcomes.filter(({ published, found }) => published !== found)).toEqual([]);
});
