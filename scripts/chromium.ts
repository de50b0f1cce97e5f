/**
 * Finds the Chromium that browser tests and benches drive. What the machine has comes first; where it has none, one
 * is installed if that takes no questions (root on Debian or Ubuntu); else the error says how to get one.
 *
 * By hand: `node scripts/chromium.ts` prints the path.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { run } from "./lib/run.ts";

export class ChromiumMissing extends Error {
  override readonly name = "ChromiumMissing";
}

/** The path of an executable Chromium or Chrome. Throws `ChromiumMissing`. */
export async function findChromium(): Promise<string> {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new ChromiumMissing(`CHROMIUM_PATH is ${chosen}, which is not a program that can be run.`);
  }
  return installedChromium() ?? (await installChromium()) ?? explain();
}

const systemPaths = ["/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const namesOnPath = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function installedChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = namesOnPath.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...systemPaths, ...onPath, chromium.executablePath()].find(isExecutable);
}

async function installChromium(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !isExecutable("/usr/bin/apt-get")) return undefined;
  console.error("No Chromium found: installing the one of this system with apt-get.");
  const options = { show: true, env: { DEBIAN_FRONTEND: "noninteractive" } };
  // A failed update is no reason to stop: the lists on the machine may do.
  await run("apt-get", ["update"], options);
  await run("apt-get", ["install", "--yes", "chromium"], options);
  return installedChromium();
}

function explain(): never {
  throw new ChromiumMissing(
    [
      "The browser tests need Chromium or Chrome, and none was found. Any of these helps:",
      "  Debian, Ubuntu   sudo apt-get install chromium",
      "  Fedora           sudo dnf install chromium",
      "  macOS            brew install --cask google-chrome",
      "  any system       npx playwright install chromium",
      "  elsewhere        CHROMIUM_PATH=<path of the program> before the command",
      "Without a browser, `pnpm test --no-browser` runs all other tests.",
    ].join("\n"),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  try {
    console.log(await findChromium());
  } catch (error) {
    if (!(error instanceof ChromiumMissing)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
