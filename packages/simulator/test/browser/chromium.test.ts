/** The same worlds in a page of a real Chromium. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestBrowser, type TestBrowser } from "../../../../scripts/test-browser.ts";
import { fingerprints as fingerprintsHere } from "../support/fingerprints.ts";
import { watched as watchedHere } from "../support/watched.ts";

let chromium: TestBrowser;

beforeAll(async () => {
  chromium = await startTestBrowser({ script: new URL("page.ts", import.meta.url), offers: "worlds" });
});

afterAll(() => chromium?.close());

it("Chromium comes to the same bytes in every world", { timeout: 120_000 }, async () => {
  const page = await chromium.newTab();
  expect(await page.evaluate(() => worlds.fingerprints())).toEqual(await fingerprintsHere());
});

it("a page lets a world pass hour by hour and sees who paid whom, as it is here", { timeout: 120_000 }, async () => {
  const page = await chromium.newTab();
  const seen = await page.evaluate(() => worlds.watched());
  expect(seen).toEqual(await watchedHere());
  expect(seen.at(-1)).toMatch(/^[1-9]\d* of [1-9]\d* rejected, [0-9a-f]{64}$/);
});
