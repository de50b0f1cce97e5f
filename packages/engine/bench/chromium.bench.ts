/** What one payment costs a wallet in a browser, in a page of a real Chromium. */
import type { BenchCase } from "../../../scripts/bench/bench-case.ts";
import { startTestBrowser } from "../../../scripts/test-browser.ts";

/** In one measurement. A wallet holds at most 256 undecided ones, and every round of a bench signs anew. */
const PAYMENTS = 9;

const cases: readonly BenchCase[] = [
  {
    id: "engine.pay-in-chromium",
    what: "pay() offline on IndexedDB with keys of WebCrypto, judged, reserved, signed and strictly durable; the reference is the two durable writes alone",
    unit: "ms a payment",
    bar: 6,
    prepare: async () => {
      const browser = await startTestBrowser({ script: new URL("chromium/page.ts", import.meta.url), offers: "payer" });
      const page = await browser.newTab();
      await page.evaluate(() => payer.open());
      return {
        ours: () => page.evaluate((payments) => payer.pay(payments), PAYMENTS),
        reference: () => page.evaluate((payments) => payer.write(payments), PAYMENTS),
        close: browser.close,
      };
    },
  },
];

export default cases;
