/** The adapters of browsers in a real Chromium: each under the contract of its port, and where tabs meet or die. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { linkContract, storeContract, type LinkCase, type LinkHarness } from "@amigos/adapters/contract";
import { createRelayLink, relayRoomOf } from "@amigos/adapters/link-relay";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { verifySignature } from "@amigos/core";
import type { Link } from "@amigos/engine/ports";
import { runNetworkAdapterTests } from "@automerge/automerge-repo/helpers/tests/network-adapter-tests.js";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestBrowser, type TestBrowser } from "../../../../scripts/test-browser.ts";
import { RecordedLink } from "../../src/contract/link-recorder.ts";
import { heartbeatOf } from "../helpers/heartbeat-of.ts";
import { openRelayPlace } from "../helpers/relay-place.ts";
import { adaptersOf, connectedPair, meshOf, stopAll } from "../helpers/repo-adapter.ts";
import { CABLE_FAULTS, createTcpProxy } from "../helpers/tcp-proxy.ts";
import { PageLinks } from "./page-link.ts";
import { createPageStoreHarness } from "./page-store.ts";
import { suites, type SuiteName } from "./page/suites.ts";
import { openWebSocketPlace } from "../helpers/websocket-place.ts";

let chromium: TestBrowser;
let tab: Page;
let otherTab: Page;
let tabLinks: PageLinks;
let otherTabLinks: PageLinks;

beforeAll(async () => {
  chromium = await startTestBrowser({ script: new URL("page/page.ts", import.meta.url), offers: "amigos" });
  tab = await chromium.newTab();
  otherTab = await chromium.newTab();
  tabLinks = await PageLinks.attach(tab);
  otherTabLinks = await PageLinks.attach(otherTab);
}, 60_000);

afterAll(() => chromium?.close());

describe.each(["store", "keyVault", "messagePort"] satisfies SuiteName[])("in Chromium, the %s contract", (suite) => {
  for (const { title } of suites[suite]) {
    test(`${title}, in a window`, () =>
      tab.evaluate(([name, wanted]) => amigos.runCase(name, wanted), [suite, title] as const));
    test(`${title}, in a worker`, () =>
      tab.evaluate(([name, wanted]) => amigos.runCaseInWorker(name, wanted), [suite, title] as const));
  }
});

test("in Chromium, the system clock acts after nothing also where timers are held up, and not on what was cancelled", async () => {
  const turns = await tab.evaluate(async () => {
    const { clock } = amigos;
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
    try {
      const order: string[] = [];
      clock.after(0, () => order.push("cancelled"))();
      for (let turn = 0; turn < 3; turn++) {
        await new Promise<void>((resolve) => void clock.after(0, resolve));
        order.push("turn");
      }
      return order;
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  });
  expect(turns).toEqual(["turn", "turn", "turn"]);
});

// In a window alone: a worker has no WebRTC.
describe("in Chromium, the WebRTC link contract", () => {
  for (const { title } of suites.webRtc)
    test(title, () => tab.evaluate((wanted) => amigos.runCase("webRtc", wanted), title));
});

linkContract("in Chromium, the WebSocket client", createWebSocketHarness, { faults: CABLE_FAULTS });

linkContract(
  "in Chromium, the relay link to a device in Node",
  async (linkCase) => {
    const heartbeatMs = heartbeatOf(linkCase);
    const { leftUrl, rightUrl, ...place } = await openRelayPlace(heartbeatMs);
    const code = "alice meets bob";
    const fast = { retryMs: 10, retryMsMax: 50, dialTimeoutMs: 1_000 };
    return {
      left: await tabLinks.create({ type: "relay", url: leftUrl, code, heartbeatMs }),
      right: createRelayLink({ url: rightUrl, room: relayRoomOf(code), ...fast, heartbeatMs }),
      ...place,
    };
  },
  { faults: CABLE_FAULTS },
);

linkContract(
  "in Chromium, the BroadcastChannel link of two tabs",
  async (linkCase) => {
    const heartbeatMs = heartbeatOf(linkCase);
    const specification = { type: "broadcast", channel: crypto.randomUUID(), heartbeatMs } as const;
    return {
      left: await tabLinks.create(specification),
      right: await otherTabLinks.create(specification),
      cut: async () => {
        await Promise.all([tab, otherTab].map((page) => page.evaluate(() => amigos.cutChannels())));
      },
      disturbances: { "what other scripts post": () => tab.evaluate(() => amigos.disturbChannels()) },
      destroy: async () => {},
    };
  },
  { disturbances: ["what other scripts post"] },
);

describe("in Chromium, Automerge Repo over the WebRTC link", () => {
  runNetworkAdapterTests(async () => {
    const pairs = await Promise.all([0, 1, 2].map(async () => connectedPair(await tabLinks.createWebRtcPair(30_000))));
    return { adapters: meshOf(pairs), teardown: () => stopAll(pairs.flat()) };
  });
});

describe("in Chromium, Automerge Repo over the BroadcastChannel link of tabs", () => {
  runNetworkAdapterTests(async () => {
    const specification = { type: "broadcast", channel: crypto.randomUUID(), heartbeatMs: 30_000 } as const;
    const links = await Promise.all([tabLinks, otherTabLinks, tabLinks].map((of) => of.create(specification)));
    return { adapters: adaptersOf(links, 2), teardown: () => stopAll(links) };
  });
});

describe("in Chromium, Automerge Repo over the WebSocket link of tabs", () => {
  runNetworkAdapterTests(async () => {
    const { url, server, close } = await openWebSocketPlace();
    const specification = { type: "websocket", url, heartbeatMs: 30_000 } as const;
    const [left, right] = await Promise.all([tabLinks, otherTabLinks].map((of) => of.create(specification)));
    const links = [server, left as Link, right as Link];
    return {
      adapters: adaptersOf(links),
      teardown: () => {
        stopAll(links);
        close();
      },
    };
  });
});

storeContract("in Chromium, the IndexedDB store of tabs that are killed", () => createPageStoreHarness(chromium, tab), [
  "openElsewhere",
]);

describe("an IndexedDB store between tabs", () => {
  test("is busy in the second tab, and free when the first closes it", async () => {
    const name = crypto.randomUUID();
    expect(await keepStore(tab, name)).toBe("open");
    expect(await keepStore(otherTab, name)).toBe("store-busy");
    await putText(tab, name, "alice", "1");
    await tab.evaluate((store) => amigos.stores.get(store)?.close(), name);
    expect(await keepStore(otherTab, name)).toBe("open");
    expect(await getText(otherTab, name, "alice")).toBe("1");
  });

  test("is taken over on demand, and the old holder is closed", async () => {
    const name = crypto.randomUUID();
    await keepStore(tab, name);
    await putText(tab, name, "alice", "before");
    expect(await keepStore(otherTab, name, { steal: true })).toBe("open");
    expect(await getText(otherTab, name, "alice")).toBe("before");
    expect(await putText(tab, name, "alice", "too late")).toBe("store-closed");
    await expect.poll(() => tab.evaluate(() => amigos.lost.at(-1))).toBe("another tab took it over");
    expect(await putText(otherTab, name, "alice", "after")).toBe("written");
    expect(await getText(otherTab, name, "alice")).toBe("after");
  });

  test("takes no write of an old holder that has not noticed yet", async () => {
    const outcome = await tab.evaluate(async (name) => {
      const { locks } = navigator;
      const request = locks.request.bind(locks);
      // This holder never hears that its lock was taken.
      const deafRequest = (...wanted: Parameters<typeof request>): Promise<never> => {
        void request(...wanted).catch(() => {});
        return new Promise<never>(() => {});
      };
      Object.assign(locks, { request: deafRequest });
      const old = await amigos.openStore({ name });
      Object.assign(locks, { request });
      await old.write([{ type: "put", key: "alice", value: Uint8Array.of(1) }]);
      const taken = await amigos.openStore({ name, steal: true });
      const failure = await old.write([{ type: "put", key: "alice", value: Uint8Array.of(2) }]).then(
        () => "written",
        (error: { readonly type: string }) => error.type,
      );
      const value = await taken.get("alice");
      await taken.close();
      return { failure, value: value?.[0] };
    }, crypto.randomUUID());
    expect(outcome).toEqual({ failure: "store-closed", value: 1 });
  });

  test("takes no write of the old holder while it is taken over", async () => {
    const name = crypto.randomUUID();
    const changed = await tab.evaluate(async (store) => {
      const old = await amigos.openStore({ name: store });
      let isRunning = true;
      const writing = (async () => {
        for (let count = 0; isRunning; count++) {
          await old.write([{ type: "put", key: "count", value: new TextEncoder().encode(String(count)) }]);
        }
      })().catch((error: { type: string }) => error.type);
      const taken = await amigos.openStore({ name: store, steal: true });
      const first = await taken.get("count");
      const ended = await writing;
      const last = await taken.get("count");
      isRunning = false;
      await taken.close();
      return { ended, same: String(first) === String(last) };
    }, name);
    expect(changed).toEqual({ ended: "store-closed", same: true });
  });

  test("is free again after its tab was killed, with every batch whole", async () => {
    const name = crypto.randomUUID();
    const victim = await chromium.newTab();
    const cdp = await chromium.context.newCDPSession(victim);
    await keepStore(victim, name);
    await putText(victim, name, "left", "0");
    await putText(victim, name, "right", "0");
    await victim.evaluate((store) => {
      const write = async (count: number): Promise<void> => {
        const value = new TextEncoder().encode(String(count));
        await amigos.stores.get(store)?.write([
          { type: "put", key: "left", value },
          { type: "put", key: "padding", value: new Uint8Array(200_000) },
          { type: "put", key: "right", value },
        ]);
        document.title = String(count);
        await write(count + 1);
      };
      void write(1);
    }, name);
    await expect.poll(async () => Number(await victim.title())).toBeGreaterThan(3);
    const isDown = victim.waitForEvent("crash");
    cdp.send("Page.crash").catch(() => {});
    await isDown;
    await expect.poll(() => keepStore(tab, name)).toBe("open");
    const left = await getText(tab, name, "left");
    expect(left).toBe(await getText(tab, name, "right"));
    expect(Number(left)).toBeGreaterThan(3);
    await victim.close();
  });

  test("gives way to being deleted, and says so", async () => {
    const name = crypto.randomUUID();
    await keepStore(tab, name);
    const outcome = await otherTab.evaluate(
      (database) =>
        new Promise((resolve) => {
          const deleting = indexedDB.deleteDatabase(database);
          deleting.addEventListener("success", () => resolve("deleted"));
        }),
      `amigos-store/${name}`,
    );
    expect(outcome).toBe("deleted");
    expect(await putText(tab, name, "alice", "1")).toBe("store-closed");
    expect(await tab.evaluate(() => amigos.lost.at(-1))).toBe("it is being deleted or upgraded");
    expect(await keepStore(tab, name)).toBe("open");
  });
});

describe("an IndexedDB store and its browser", () => {
  test("a full disk is store-full, loses nothing, and passes", async () => {
    // In a context of its own: the browser remembers for a while how much room an origin had.
    const context = await chromium.browser.newContext();
    const crowded = await chromium.newTab(context);
    const cdp = await context.newCDPSession(crowded);
    const { origin } = chromium;
    await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
    await keepStore(crowded, "wallet");
    expect(await putText(crowded, "wallet", "alice", "kept")).toBe("written");
    const large = "x".repeat(5_000_000);
    expect(await putText(crowded, "wallet", "alice", large)).toBe("store-full");
    expect(await getText(crowded, "wallet", "alice")).toBe("kept");
    await cdp.send("Storage.overrideQuotaForOrigin", { origin });
    expect(await putText(crowded, "wallet", "alice", large)).toBe("written");
    expect((await getText(crowded, "wallet", "alice"))?.length).toBe(large.length);
    await context.close();
  });

  test("that evicts it while it is open closes it, and nothing is written any more", async () => {
    const context = await chromium.browser.newContext();
    const evicted = await chromium.newTab(context);
    const cdp = await context.newCDPSession(evicted);
    await keepStore(evicted, "wallet");
    await putText(evicted, "wallet", "alice", "1");
    await cdp.send("Storage.clearDataForOrigin", { origin: chromium.origin, storageTypes: "indexeddb" });
    await expect.poll(() => evicted.evaluate(() => amigos.lost.length)).toBe(1);
    expect(await putText(evicted, "wallet", "alice", "2")).toBe("store-closed");
    expect(await keepStore(evicted, "wallet")).toBe("open");
    expect(await getText(evicted, "wallet", "alice")).toBeUndefined();
    await context.close();
  });

  test("says whether the browser promises to keep it", async () => {
    // In a context of its own: a browser promises more to an origin that it has seen much of.
    const own = await chromium.browser.newContext();
    const page = await chromium.newTab(own);
    const isPersistent = (): Promise<boolean> =>
      page.evaluate(async () => {
        const store = await amigos.openStore({ name: "persistence" });
        await store.close();
        return store.isPersistent;
      });
    expect(await isPersistent()).toBe(false);
    const context = await chromium.browser.newBrowserCDPSession();
    const { browserContextId } = await browserContext(page);
    await context.send("Browser.setPermission", {
      permission: { name: "persistent-storage" },
      setting: "granted",
      origin: chromium.origin,
      ...(browserContextId !== undefined && { browserContextId }),
    });
    expect(await isPersistent()).toBe(true);
    await own.close();
  });

  test.each([
    ["a database of a later version", 7, ["entries", "meta"]],
    ["a database of another program", 1, ["something"]],
  ])("%s is refused and left alone", async (_title, version, objectStores) => {
    const name = crypto.randomUUID();
    const wanted = { database: `amigos-store/${name}`, version, objectStores };
    await tab.evaluate(createDatabase, wanted);
    expect(await keepStore(tab, name)).toBe("store-damaged");
    expect(await tab.evaluate(createDatabase, wanted)).toEqual({ version, objectStores });
  });
});

describe("a WebCrypto key vault", () => {
  test("keeps keys over a reload, and never shows their secret", async () => {
    const fresh = await chromium.newTab();
    const name = crypto.randomUUID();
    const publicKey = await fresh.evaluate(
      async (vault) => (await amigos.openVault({ name: vault })).create("phone"),
      name,
    );
    await fresh.reload();
    await fresh.waitForFunction(() => "amigos" in globalThis);
    const hash = new Uint8Array(32).fill(7);
    const signature = await fresh.evaluate(
      async ([vault, bytes]) => {
        const signer = await (await amigos.openVault({ name: vault })).signer("phone");
        return signer && amigos.bytesToHex(await signer.sign(Uint8Array.from(bytes)));
      },
      [name, [...hash]] as const,
    );
    expect(verifySignature(Buffer.from(signature ?? "", "hex"), hash, publicKey)).toBe(true);
    expect(await fresh.evaluate(exportKey, `amigos-keys/${name}`)).toBe("InvalidAccessError");
    await fresh.close();
  });

  test("works on after another tab deleted its database", async () => {
    const name = crypto.randomUUID();
    const made = await tab.evaluate(async (vaultName) => {
      const vault = await amigos.openVault({ name: vaultName });
      const first = await vault.create("phone");
      await new Promise((resolve) => {
        indexedDB.deleteDatabase(`amigos-keys/${vaultName}`).addEventListener("success", resolve);
      });
      const gone = await vault.signer("phone");
      const second = await vault.create("phone");
      return { gone, isNew: first !== second };
    }, name);
    expect(made).toEqual({ gone: undefined, isNew: true });
  });
});

describe("a MessagePort link", () => {
  test("connects a page with its worker, and notices when that is terminated", async () => {
    expect(await tab.evaluate(() => amigos.echoFromWorker("hello"))).toEqual({ heard: "hello", end: "lost" });
  });

  test("connects a page with an iframe of another origin", async () => {
    const otherOrigin = chromium.origin.replace("alice.", "bob.");
    expect(await tab.evaluate((url) => amigos.echoFromFrame("hello", url), otherOrigin)).toBe("hello");
  });
});

describe("a WebRTC link", () => {
  const create = async (page: Page): Promise<string> => {
    const name = crypto.randomUUID();
    await page.evaluate((id) => amigos.rtc.create(id), name);
    return name;
  };
  const offer = (page: Page, name: string) => page.evaluate((id) => amigos.rtc.offer(id), name);
  const answer = (page: Page, name: string, code: string) =>
    page.evaluate(([id, given]) => amigos.rtc.answer(id, given), [name, code] as const);
  const accept = (page: Page, name: string, code: string) =>
    page.evaluate(([id, given]) => amigos.rtc.accept(id, given), [name, code] as const);
  const stop = (page: Page, name: string) => page.evaluate((id) => amigos.rtc.stop(id), name);

  test("[RTC1] [RTC2] connects two tabs by two codes that fit a screen, and notices when one is killed", async () => {
    const victim = await chromium.newTab();
    const [here, there] = [await create(tab), await create(victim)];
    const offered = await offer(tab, here);
    const answered = await answer(victim, there, offered);
    for (const code of [offered, answered]) {
      expect(code).toMatch(/^AMIGOS:R[A-Z2-7]+$/);
      // With every address of this machine; one is about 110.
      expect(code.length).toBeLessThan(260);
    }
    expect(await accept(tab, here, answered)).toBe("done");
    await victim.evaluate((id) => amigos.rtc.say(id, "hello"), there);
    expect(await tab.evaluate((id) => amigos.rtc.hear(id), here)).toBe("hello");
    const ended = tab.evaluate((id) => amigos.rtc.end(id), here);
    const isDown = victim.waitForEvent("crash");
    const cdp = await chromium.context.newCDPSession(victim);
    cdp.send("Page.crash").catch(() => {});
    await isDown;
    expect(["lost", "closed-there"]).toContain(await ended);
    await victim.close();
    await stop(tab, here);
  });

  test("[RTC2] refuses codes that are none, that go the other way, or that answer nothing", async () => {
    const [here, there] = [await create(tab), await create(otherTab)];
    expect(await answer(tab, here, "hello")).toBe("not-an-rtc-code");
    expect(await answer(tab, here, "AMIGOS:RAAAA")).toBe("rtc-code-malformed");
    const offered = await offer(tab, here);
    expect(await accept(otherTab, there, offered)).toBe("wrong-role");
    const answered = await answer(otherTab, there, offered);
    expect(await answer(otherTab, there, answered)).toBe("wrong-role");
    expect(await accept(otherTab, there, answered)).toBe("no-offer");
    expect(await accept(tab, here, answered)).toBe("done");
    expect(await accept(tab, here, answered)).toBe("no-offer");
    await stop(tab, here);
    expect(await offer(tab, here)).toBe("link-stopped");
    expect(await answer(tab, here, offered)).toBe("link-stopped");
    expect(await accept(tab, here, answered)).toBe("link-stopped");
    await stop(otherTab, there);
  });

  test("[RTC2] has a bound for codes that wait, and stop gives them up, those under way too", async () => {
    const here = await create(tab);
    for (let count = 0; count < 16; count += 1) expect(await offer(tab, here)).toMatch(/^AMIGOS:R/);
    expect(await offer(tab, here)).toBe("too-many-codes");
    await stop(tab, here);
    const there = await create(tab);
    const underWay = await tab.evaluate(async (id) => {
      const offering = amigos.rtc.offer(id);
      await amigos.rtc.stop(id);
      return offering;
    }, there);
    expect(underWay).toBe("link-stopped");
  });

  test("[RTC2] a part that is no part ends the connection", async () => {
    const ends = await tab.evaluate(() => amigos.rtc.endsOf([[0], [0, 1, 2], [9], []]));
    expect(ends).toEqual(Array(4).fill("protocol-error"));
  });
});

describe("BroadcastChannel links", () => {
  test("of three tabs make one connection for each pair", async () => {
    const third = await chromium.newTab();
    const thirdLinks = await PageLinks.attach(third);
    const specification = { type: "broadcast", channel: crypto.randomUUID(), heartbeatMs: 1_000 } as const;
    const links = await Promise.all([tabLinks, otherTabLinks, thirdLinks].map((of) => of.create(specification)));
    const recorded = links.map((link) => new RecordedLink(link));
    await Promise.all(recorded.map((link) => link.start()));
    await Promise.all(recorded.flatMap((link) => [link.end(0), link.end(1)]));
    for (const [index, link] of recorded.entries())
      for (const end of link.ends) end.connection.send(Uint8Array.of(index));
    await Promise.all(recorded.flatMap((link) => link.ends.map((end) => end.untilMessages(1))));
    const heard = recorded.map((link) => link.ends.map((end) => end.messages[0]?.[0] ?? -1).sort((a, b) => a - b));
    expect(heard).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
    await Promise.all(recorded.map((link) => link.link.stop()));
    await third.close();
  });

  test("notice a tab that was killed", async () => {
    const victim = await chromium.newTab();
    const victimLinks = await PageLinks.attach(victim);
    const specification = { type: "broadcast", channel: crypto.randomUUID(), heartbeatMs: 100 } as const;
    const survivor = new RecordedLink(await tabLinks.create(specification));
    const doomed = new RecordedLink(await victimLinks.create(specification));
    await Promise.all([survivor.start(), doomed.start()]);
    const end = await survivor.end(0);
    await doomed.end(0);
    await victim.close();
    expect(await end.untilClosed()).toBe("lost");
    await survivor.link.stop();
  });
});

async function createWebSocketHarness(linkCase: LinkCase): Promise<LinkHarness> {
  const http = createServer();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const proxy = await createTcpProxy((http.address() as AddressInfo).port);
  return {
    left: await tabLinks.create({
      type: "websocket",
      url: `ws://127.0.0.1:${proxy.port}/`,
      heartbeatMs: heartbeatOf(linkCase),
    }),
    right: createWebSocketServerLink({ on: http, heartbeatMs: heartbeatOf(linkCase) }),
    cut: async () => proxy.cut(),
    suffer: proxy.suffer,
    disturbances: {},
    destroy: async () => {
      await proxy.close();
      http.close();
      http.closeAllConnections();
    },
  };
}

function keepStore(page: Page, name: string, { steal = false } = {}): Promise<string> {
  return page.evaluate(([store, isTaken]) => amigos.keepStore(store, isTaken), [name, steal] as const);
}

function putText(page: Page, name: string, key: string, text: string): Promise<string> {
  return page.evaluate(([store, at, value]) => amigos.putText(store, at, value), [name, key, text] as const);
}

function getText(page: Page, name: string, key: string): Promise<string | undefined> {
  return page.evaluate(([store, at]) => amigos.getText(store, at), [name, key] as const);
}

async function browserContext(page: Page): Promise<{ readonly browserContextId: string | undefined }> {
  const cdp = await page.context().newCDPSession(page);
  const { targetInfo } = await cdp.send("Target.getTargetInfo");
  return { browserContextId: targetInfo.browserContextId };
}

interface WantedDatabase {
  readonly database: string;
  readonly version: number;
  readonly objectStores: readonly string[];
}

/** Runs in the page. Makes the database where there is none, and tells what it is. */
function createDatabase({
  database,
  version,
  objectStores,
}: WantedDatabase): Promise<Omit<WantedDatabase, "database">> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, version);
    opening.addEventListener("upgradeneeded", () => {
      for (const name of objectStores) opening.result.createObjectStore(name);
    });
    opening.addEventListener("error", () => reject(opening.error as DOMException));
    opening.addEventListener("success", () => {
      const { result } = opening;
      resolve({ version: result.version, objectStores: [...result.objectStoreNames] });
      result.close();
    });
  });
}

/** Runs in the page: reads the key past the vault and tries to take its secret. */
function exportKey(database: string): Promise<string> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(database);
    opening.addEventListener("success", () => {
      const getting = opening.result.transaction("keys").objectStore("keys").get("phone");
      getting.addEventListener("success", () => {
        const { handle } = getting.result as { readonly handle: CryptoKey };
        crypto.subtle.exportKey("pkcs8", handle).then(
          () => resolve("exported"),
          (error: DOMException) => resolve(error.name),
        );
      });
    });
  });
}
