/** What somebody feels who pays by the camera: from the first picture of the code to the sheet that asks, and the longest task of the page. */
import type { Page } from "playwright-core";

export interface ScanFigures {
  /** From the first frame that the camera showed. */
  readonly toConfirmMs: number;
  /** Of the page's main thread since it was watched; 0 when none took longer than 50 ms (W3C Long Tasks). */
  readonly longestTaskMs: number;
}

/** Watches from now on. `asks`: a text of the button that the sheet asks with. */
export async function watchScan(page: Page, asks: string): Promise<() => Promise<ScanFigures>> {
  await page.evaluate((text) => {
    const figures = { seenAt: Number.NaN, askedAt: Number.NaN, longestTaskMs: 0 };
    Object.assign(globalThis, { scanFigures: figures });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        figures.longestTaskMs = Math.max(figures.longestTaskMs, Math.round(duration));
    }).observe({ type: "longtask" });
    let isWatched = false;
    const look = (): void => {
      const video = document.querySelector("video");
      if (video !== null && !isWatched) {
        isWatched = true;
        video.requestVideoFrameCallback(() => (figures.seenAt = performance.now()));
      }
      const buttons = [...document.querySelectorAll("button")];
      if (Number.isNaN(figures.askedAt) && buttons.some(({ textContent }) => textContent.includes(text)))
        figures.askedAt = performance.now();
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  }, asks);
  return () =>
    page.evaluate(() => {
      const { scanFigures } = globalThis as unknown as {
        readonly scanFigures: { readonly seenAt: number; readonly askedAt: number; readonly longestTaskMs: number };
      };
      const { seenAt, askedAt, longestTaskMs } = scanFigures;
      return { toConfirmMs: Math.round(askedAt - seenAt), longestTaskMs };
    });
}
