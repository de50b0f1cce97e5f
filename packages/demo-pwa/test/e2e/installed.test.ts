/** What makes a page an app: it installs, it is small, it updates when its owner says so, and it outlives its hub. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage } from "../support/stage.ts";

const KIB = 1024;
const MIB = KIB * KIB;
/** Two steps below the best, which takes half a minute and saves a twentieth. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test("the browser finds nothing that keeps it from being installed", async () => {
  const context = await stage.profile("installer");
  const { page } = await stage.phone(context, "alice");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  expect(installabilityErrors).toEqual([]);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  expect(JSON.parse(data ?? "")).toMatchObject({ name: "Amigos", display: "standalone" });
  await context.close();
});

test("the pages come with a strict policy, the browser keeps it, and these tests notice when it has to", async () => {
  const { page } = await stage.phone(await stage.context(), "alice");
  const policy = await page.evaluate(async () => (await fetch("/")).headers.get("content-security-policy"));
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  const blocked = await page.evaluate(async () => {
    const violation = new Promise<string>((resolve) => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), {
        once: true,
      });
    });
    fetch("http://elsewhere.localhost:1/").catch(() => undefined);
    return violation;
  });
  expect(blocked).toBe("connect-src");
  expect(stage.takeProblems().join()).toContain("Content Security Policy");
});

test("it loads with little, and all of it is kept for offline use", () => {
  const worker = readFileSync(join(stage.appFolder, "service-worker.js"), "utf8");
  const paths = JSON.parse(/PRECACHE_PATHS = (\[.*?\])/.exec(worker)?.[1] ?? "[]") as readonly string[];
  const file = (path: string): Buffer => readFileSync(join(stage.appFolder, path));
  const page = file("index.html").toString();
  const first = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path = ""]) => path);
  const firstSize = first.reduce((total, path) => total + gzipSync(file(path)).length, 0);
  const precacheSize = paths.reduce((total, path) => total + brotliCompressSync(file(path), BROTLI).length, 0);
  console.log(
    `first JavaScript ${(firstSize / KIB).toFixed(1)} KiB gzip; precache ${(precacheSize / MIB).toFixed(2)} MiB brotli in ${paths.length} files`,
  );
  expect(first.length).toBeGreaterThan(0);
  expect(firstSize).toBeLessThanOrEqual(60 * KIB);
  expect(precacheSize).toBeLessThanOrEqual(1.7 * MIB);
  expect(paths).toContain("/index.html");
  expect(paths.some((path) => path.endsWith(".wasm"))).toBe(true);
});

test("a new version waits for its owner, and takes over when told", async () => {
  const alice = await stage.phone(await stage.context(), "alice");
  await alice.createWallet();
  await alice.hasAvailable("100.00");
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  await stage.stopHub();
  change("index.html", "<title>Amigos</title>", '<title>Amigos</title><meta name="version" content="next" />');
  change("service-worker.js", /PRECACHE_VERSION = "\w+"/, 'PRECACHE_VERSION = "next"');
  await stage.startHub();

  await alice.page.reload();
  await alice.page.getByText("A new version is ready.").waitFor();
  expect(await alice.page.locator('meta[name="version"]').count()).toBe(0);
  await alice.button("Update now").click();
  await alice.page.locator('meta[name="version"]').waitFor({ state: "attached" });
  await alice.hasAvailable("100.00");
  expect(await alice.page.evaluate(() => caches.keys())).toEqual(["amigos-app-next"]);
});

test("a hub that was set up anew is noticed; the old wallet stays, a new one is one tap away", async () => {
  const alice = await stage.phone(await stage.context(), "alice");
  await alice.createWallet();
  await alice.hasAvailable("100.00");
  await stage.resetHub();
  await alice.heading("The hub was set up anew").waitFor();
  await alice.hasAvailable("100.00");
  await alice.button("Start a wallet on the new one").click();
  await alice.createWallet();
  await alice.hasAvailable("100.00");
  await alice.hasHub(true);
});

function change(name: string, from: string | RegExp, to: string): void {
  const path = join(stage.appFolder, name);
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}
