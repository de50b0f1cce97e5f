/** How fast a browser verifies what arrives in bulk, in a page of a real Chromium. */
import type { BenchCase } from "../../../scripts/bench/bench-case.ts";
import { startTestBrowser } from "../../../scripts/test-browser.ts";

const SIGNATURES = 1_000;
const KEYS = 100;

const cases: readonly BenchCase[] = [
  {
    id: "core.bulk-signatures-in-chromium",
    what: "1,000 signatures of 100 keys, verified together by WebCrypto in a page of Chromium; the reference verifies them there with noble, one by one",
    unit: "ms",
    // About a fifth on two busy cores; WebCrypto's threads have to share them with whatever else runs.
    bar: 1 / 2,
    prepare: async () => {
      const browser = await startTestBrowser({ script: new URL("chromium/page.ts", import.meta.url), offers: "bench" });
      const page = await browser.newTab();
      await page.evaluate(([signatures, keys]) => bench.sign(signatures, keys), [SIGNATURES, KEYS] as const);
      return {
        ours: () => page.evaluate(() => bench.together()),
        reference: () => page.evaluate(() => bench.oneByOne()),
        close: browser.close,
      };
    },
  },
];

export default cases;
