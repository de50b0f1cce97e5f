/**
 * A real Chromium for tests and benches, and pages in it that carry one script of ours: bundled once, from the
 * workspace's sources and for browsers, and served on loopback.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { bundleForBrowsers } from "./browser-bundle.ts";
import { findChromium } from "./chromium.ts";

export interface TestBrowserOptions {
  /** The script of every page. */
  readonly script: URL;
  /** The global by which the script shows that it has run. */
  readonly offers: string;
}

export interface TestBrowser {
  readonly origin: string;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** Another tab of the one origin, ready to be used; in a context of its own, it shares no storage with the others. */
  readonly newTab: (context?: BrowserContext) => Promise<Page>;
  readonly close: () => Promise<void>;
}

const FLAGS = [
  "--no-sandbox",
  // Tests use loopback only, where a browser offers no way to be reached, and hides others behind a name on the network.
  "--allow-loopback-in-peer-connection",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

export async function startTestBrowser({ script, offers }: TestBrowserOptions): Promise<TestBrowser> {
  const entry = fileURLToPath(script);
  const [bundled, executablePath] = await Promise.all([bundleForBrowsers({ entry, minify: false }), findChromium()]);
  const server = await serve(bundled.code);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const context = await browser.newContext();
  const origin = `http://alice.localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    browser,
    context,
    newTab: async (where = context) => {
      const page = await where.newPage();
      await page.goto(origin);
      await page.waitForFunction((name) => name in globalThis, offers);
      return page;
    },
    close: async () => {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function serve(script: string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/page.js") response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else response.writeHead(200, { "content-type": "text/html" }).end('<script type="module" src="/page.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
