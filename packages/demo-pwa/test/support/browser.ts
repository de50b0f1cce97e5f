/** Chromium for tests: found where it is usually installed, started without a sandbox because tests may run as root. */
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from "playwright-core";
import { findChromium } from "../../../../scripts/chromium.ts";

const ARGS = ["--no-sandbox", "--disable-gpu"];

export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ headless: true, args: [...ARGS, ...args], executablePath: await findChromium() });
}

/** A browser whose profile stays in a folder: what was stored there is there the next time. */
export async function launchProfile(
  folder: string,
  options: BrowserContextOptions = {},
  args: readonly string[] = [],
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    ...options,
    headless: true,
    args: [...ARGS, ...args],
    executablePath: await findChromium(),
  });
}
