/** One world on every runtime: here and in a Node 22 of its own. `browser/chromium.test.ts` has a page. */
import { expect, it } from "vitest";
import { runNode22 } from "../../../../scripts/node-22.ts";
import { fingerprints } from "../support/fingerprints.ts";
import type { NodeReport } from "./run-in-node.ts";

it("Node 22 comes to the same bytes in every world", { timeout: 120_000 }, async () => {
  const { version, worlds } = JSON.parse(runNode22(new URL("run-in-node.ts", import.meta.url), "")) as NodeReport;
  expect(version).toMatch(/^v22\./);
  expect(worlds).toEqual(await fingerprints());
});
