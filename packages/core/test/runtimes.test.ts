/**
 * One meaning of every byte on every runtime that we ship to: the suite of `vectors/` in this process, and in a Node 22 of
 * its own. `browser/chromium.test.ts` runs the same in a page.
 */
import { describe, expect, it } from "vitest";
import { runNode22 } from "../../../scripts/node-22.ts";
import { readVectors } from "./support/read-vectors.ts";
import type { NodeReport } from "./vectors/run-in-node.ts";
import { linesOf, nativeLinesOf, runVectors, type SuiteReport } from "./vectors/suite.ts";
import type { ExternalVectors } from "./vectors/vector-data.ts";

const { data, note } = readVectors();
const here = await runVectors(data);

const expected = [
  "rfc8032-keys: 4 passed",
  ...onEveryPath("rfc8032", "8 passed"),
  ...onEveryPath("zip215-small-order", "196 passed"),
  ...onEveryPath("zip215-mixed-order", "64 passed"),
  ...onEveryPath("zip215-refused", "7 passed"),
  ...onEveryPath("core-1-signatures", "24 passed"),
  "core-1: 175 passed",
];

const expectedOfOthers: Readonly<Record<keyof ExternalVectors, readonly string[]>> = {
  "wycheproof-ed25519.json": onEveryPath("wycheproof-ed25519", "150 passed, 1 by design"),
  "rfc8949-appendix-a.json": ["rfc8949-appendix-a: 43 passed, 39 by design"],
  "dcbor-valid.json": ["dcbor-valid: 16 passed, 24 by design"],
  "dcbor-invalid.json": ["dcbor-invalid: 36 passed, 1 by design"],
  "bip39.json": ["bip39: 16 passed"],
};

describe("on Node 24", () => {
  it(`[SIG1] [ENC1] every vector comes out as published, or otherwise for a reason that stands beside it (${note})`, () => {
    expect(process.version).toMatch(/^v24\./);
    const files = Object.keys(data.external) as readonly (keyof ExternalVectors)[];
    expect(new Set(linesOf(here))).toEqual(new Set([...expected, ...files.flatMap((file) => expectedOfOthers[file])]));
  });

  it("[SIG1] OpenSSL accepts what was signed in the ordinary way, and nothing beyond ZIP 215", () => {
    expectStrict(here);
  });
});

describe("on Node 22", () => {
  it(`[SIG1] [ENC1] the same comes of every vector, and OpenSSL accepts nothing beyond ZIP 215 (${note})`, () => {
    const script = new URL("vectors/run-in-node.ts", import.meta.url);
    const { version, report } = JSON.parse(runNode22(script, JSON.stringify(data))) as NodeReport;
    expect(version).toMatch(/^v22\./);
    expect(report.sets).toEqual(here.sets);
    expectStrict(report);
  });
});

/** How much of what is hostile a verifier accepts differs by its version; the rest does not. */
function expectStrict(report: SuiteReport): void {
  expect(nativeLinesOf(report)).toEqual(
    expect.arrayContaining([
      "rfc8032: of 4 valid 4 alone, 4 together",
      "zip215-refused: of 1 valid 1 alone, 1 together",
      "core-1-signatures: of 20 valid 20 alone, 20 together",
    ]),
  );
  expect(report.native.flatMap(({ beyond }) => beyond)).toEqual([]);
}

function onEveryPath(set: string, outcome: string): readonly string[] {
  return ["sync", "portable", "async"].map((path) => `${set}, ${path}: ${outcome}`);
}
