/**
 * What a browser test plays on: a real hub process that serves the production build, a Chromium, and phones, each a page
 * on an origin of its own. The hub can be stopped, killed and started again on the same address. Whatever a page does
 * that it must not do (break the content security policy, ask another origin, throw) is kept and fails the test.
 */
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { launchBrowser, launchProfile } from "./browser.ts";
import { Phone } from "./phone.ts";
import { PIXEL_RATIO } from "./pictures.ts";

const SHIFTED_CLOCK = new URL("shifted-clock.ts", import.meta.url).href;
const BUILD = join(import.meta.dirname, "../../dist");
/** Checkpoints come this often while something waits for one. */
const SETTLE_EVERY_MS = 150;

export class Stage {
  readonly folder: string;
  readonly #port: number;
  readonly #contexts: BrowserContext[] = [];
  readonly #problems: string[] = [];
  #hub: HubProcess | undefined;
  #browser: Browser | undefined;

  private constructor(folder: string, hub: HubProcess) {
    this.folder = folder;
    this.#hub = hub;
    this.#port = Number(new URL(hub.url).port);
  }

  static async open(): Promise<Stage> {
    expect(existsSync(join(BUILD, "index.html")), "the app is built: pnpm --filter @amigos/demo-pwa build").toBe(true);
    const folder = await mkdtemp(join(tmpdir(), "amigos-pwa-"));
    await cp(BUILD, appFolder(folder), { recursive: true });
    const hub = await startHub(folder, 0);
    return new Stage(folder, hub);
  }

  /** Stops everything, and fails if a page did something that it must not. */
  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.#browser?.close();
    await this.#hub?.stop();
    await rm(this.folder, { recursive: true, force: true });
    expect(this.#problems).toEqual([]);
  }

  /** For a test that makes a page do what it must not: what was noticed since the last time. */
  takeProblems(): readonly string[] {
    return this.#problems.splice(0);
  }

  /** `http://alice.localhost:4680`. A name, not an address: browsers give an IP neither install nor passkeys. */
  origin(name: string): string {
    return `http://${name}.localhost:${this.#port}`;
  }

  async stopHub(): Promise<void> {
    await this.#hub?.stop();
    this.#hub = undefined;
  }

  /** No goodbye: what was not durable is gone. */
  async killHub(): Promise<void> {
    await this.#hub?.kill();
    this.#hub = undefined;
  }

  /** The hub set up anew, as `demo --reset` does: another network at the same address. */
  async resetHub(): Promise<void> {
    await this.stopHub();
    await rm(join(this.folder, "hub"), { recursive: true });
    await this.startHub();
  }

  /** Where the hub takes the app's files from. A test may change them while the hub is stopped. */
  get appFolder(): string {
    return appFolder(this.folder);
  }

  async startHub(): Promise<void> {
    this.#hub ??= await startHub(this.folder, this.#port);
  }

  /** The hub again, by a clock that is so much later: what ledgers wait for is measured by it. */
  async startHubLater(aheadMs: number): Promise<void> {
    await this.stopHub();
    const before = process.env["NODE_OPTIONS"];
    process.env["NODE_OPTIONS"] = `--import=${SHIFTED_CLOCK}`;
    process.env["AMIGOS_CLOCK_AHEAD_MS"] = String(aheadMs);
    try {
      await this.startHub();
    } finally {
      if (before === undefined) delete process.env["NODE_OPTIONS"];
      else process.env["NODE_OPTIONS"] = before;
    }
  }

  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    this.#browser ??= await launchBrowser();
    return this.#watch(await this.#browser.newContext({ ...PHONE_SCREEN, ...options }));
  }

  /** A browser of its own on a folder of its own, as an installed one has it. The folder outlives it. */
  async profile(name: string, args: readonly string[] = []): Promise<BrowserContext> {
    return this.#watch(await launchProfile(join(this.folder, name), PHONE_SCREEN, args));
  }

  /** A page of the app, opened. `wallet` is one of several on the same origin. */
  async phone(context: BrowserContext, name: string, options: { readonly wallet?: string } = {}): Promise<Phone> {
    const page = await context.newPage();
    const search = options.wallet === undefined ? "" : `?wallet=${options.wallet}`;
    await page.goto(`${this.origin(name)}/${search}`);
    return new Phone(page);
  }

  #watch(context: BrowserContext): BrowserContext {
    this.#contexts.push(context);
    context.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && !hostname.endsWith(".localhost"))
        this.#problems.push(`asked ${request.url()}`);
    });
    context.on("page", (page) => this.#watchPage(page));
    context.on("weberror", (error) => this.#problems.push(`threw ${error.error().message}`));
    return context;
  }

  #watchPage(page: Page): void {
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) this.#problems.push(message.text());
    });
  }
}

const PHONE_SCREEN = {
  viewport: { width: 360, height: 800 },
  deviceScaleFactor: PIXEL_RATIO,
  locale: "en-GB",
  timezoneId: "Europe/Berlin",
} as const;

function startHub(folder: string, port: number): Promise<HubProcess> {
  return startHubProcess({
    data: join(folder, "hub"),
    port,
    staticFolder: appFolder(folder),
    settleEveryMs: SETTLE_EVERY_MS,
  });
}

function appFolder(folder: string): string {
  return join(folder, "app");
}
