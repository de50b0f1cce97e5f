/**
 * The wallets of the READMEs as a stranger makes them, in a folder that has the packages as they are published and nothing
 * of the workspace: one in Node, one in a page that Vite builds. Both are funded by the hub's own program, and pay.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { chromium } from "playwright-core";
import { build } from "vite";
import { findChromium } from "./chromium.ts";
import type { Finding } from "./lib/finding.ts";
import { run } from "./lib/run.ts";
import { repositoryRoot } from "./lib/workspace.ts";

const FIRST_PAGE = "README.md";
const ENGINE_PAGE = "packages/engine/README.md";
const SLOW_MACHINE_MS = 60_000;

/** `folder`: where the packages are installed. */
export async function payAsConsumer(folder: string): Promise<readonly Finding[]> {
  await buildPage(folder);
  const { url, stop } = await startHub(folder);
  try {
    return [...(await payInNode(folder, url)), ...(await payInBrowser(url))];
  } finally {
    await stop();
  }
}

async function payInNode(folder: string, url: string): Promise<readonly Finding[]> {
  const example = exampleOf(FIRST_PAGE, "openSqliteStore").replaceAll("http://localhost:4680", url);
  writeFileSync(join(folder, "wallet.ts"), example);
  const flags = ["--disable-warning=TimeoutNegativeWarning", "wallet.ts"];
  const { code, output } = await run(process.execPath, flags, { cwd: folder });
  if (code === 0 && output.trim().endsWith("settled")) return [];
  return [{ file: FIRST_PAGE, message: `a consumer's wallet in Node does not pay:\n${output}` }];
}

async function buildPage(folder: string): Promise<void> {
  writeFileSync(join(folder, "page.ts"), exampleOf(ENGINE_PAGE, "openIndexedDbStore"));
  writeFileSync(join(folder, "index.html"), `<!doctype html><script type="module" src="/page.ts"></script>`);
  await build({ root: folder, configFile: false, logLevel: "error", build: { target: "es2023", outDir: "page" } });
}

async function payInBrowser(url: string): Promise<readonly Finding[]> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(url);
    const settled = page.waitForFunction(() => document.title === "settled", undefined, { timeout: SLOW_MACHINE_MS });
    const isSettled = await settled.then(
      () => true,
      () => false,
    );
    if (isSettled) return [];
    return [{ file: ENGINE_PAGE, message: `a consumer's page that Vite built does not pay:\n${problems.join("\n")}` }];
  } finally {
    await browser.close();
  }
}

/** The example of a page that uses `name`. */
function exampleOf(page: string, name: string): string {
  const examples = readFileSync(join(repositoryRoot, page), "utf8").matchAll(/```ts\n(.*?)```/gs);
  const found = [...examples].map(([, code = ""]) => code).find((code) => code.includes(name));
  if (found === undefined) throw new Error(`${page} has no example with ${name}`);
  return found;
}

/** The program that the package of the hub brings, with the built page. */
async function startHub(folder: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const program = join(folder, "node_modules/@amigos/hub/dist/main.js");
  const options = ["--data", join(folder, "hub"), "--static", join(folder, "page"), "--port", "0"];
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ["--disable-warning=TimeoutNegativeWarning", program, ...options, "--settle-every-ms", "100"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  for await (const line of createInterface(child.stdout)) {
    const { event, url } = JSON.parse(line) as { readonly event?: string; readonly url?: string };
    if (event !== "listening" || url === undefined) continue;
    child.stdout.resume();
    return { url, stop };
  }
  throw new Error("the hub of the packages does not start");
}
