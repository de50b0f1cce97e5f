/**
 * Pictures for the documentation, taken where a test stands: `pnpm --filter @amigos/demo-pwa pictures` runs the story
 * with `AMIGOS_PICTURES` set to a folder; in every other run this does nothing.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

const folder = process.env["AMIGOS_PICTURES"];

/** Phones have more than one pixel to a pixel; tests need no more than one. */
export const PIXEL_RATIO: number = folder === undefined ? 1 : 1.5;

/** A picture of the screen as it is now, in light or in both: `NN-name-light.png`. */
export async function takePicture(page: Page, name: string, schemes: "light" | "both" = "light"): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.bringToFront();
  // Nothing is pointed at.
  await page.mouse.move(0, 0);
  await page.locator(".news-item").waitFor({ state: "detached" });
  for (const colorScheme of schemes === "both" ? (["light", "dark"] as const) : (["light"] as const)) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.waitForFunction(() => document.getAnimations().length === 0);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), caret: "initial" });
  }
  await page.emulateMedia({ colorScheme: null });
}
