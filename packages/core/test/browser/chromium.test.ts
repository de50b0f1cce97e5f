/** The suite of vectors in a page of a real Chromium, where WebCrypto verifies what is verified together. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestBrowser, type TestBrowser } from "../../../../scripts/test-browser.ts";
import { readVectors } from "../support/read-vectors.ts";
import { nativeLinesOf, runVectors, type SuiteReport } from "../vectors/suite.ts";

const { data, note } = readVectors();

let chromium: TestBrowser;
let report: SuiteReport;
let acceptedByWebCrypto: number;

beforeAll(async () => {
  chromium = await startTestBrowser({ script: new URL("page.ts", import.meta.url), offers: "suite" });
  const page = await chromium.newTab();
  report = await page.evaluate((vectors) => suite.runVectors(vectors), data);
  acceptedByWebCrypto = await page.evaluate(() => suite.acceptedByWebCrypto());
});

afterAll(() => chromium?.close());

it(`[SIG1] [ENC1] Chromium comes to the same verdicts as Node about every vector (${note})`, async () => {
  const { sets } = await runVectors(data);
  expect(report.sets).toEqual(sets);
  expect(sets.flatMap(({ failed }) => failed)).toEqual([]);
});

it("[SIG1] WebCrypto accepts what was signed in the ordinary way, nothing beyond ZIP 215, and nothing synchronously", () => {
  expect(nativeLinesOf(report)).toEqual(
    expect.arrayContaining([
      "rfc8032: of 4 valid 0 alone, 4 together",
      "zip215-refused: of 1 valid 0 alone, 1 together",
      "core-1-signatures: of 20 valid 0 alone, 20 together",
    ]),
  );
  expect(report.native.flatMap(({ beyond }) => beyond)).toEqual([]);
});

it("[SIG1] what is verified together in Chromium is verified by WebCrypto: it said yes once for the report, once for the path", () => {
  const accepted = report.native.reduce((sum, { acceptedTogether }) => sum + acceptedTogether, 0);
  expect(accepted).toBeGreaterThan(0);
  expect(acceptedByWebCrypto).toBe(2 * accepted);
});
