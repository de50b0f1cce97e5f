/** A store that a page has open, held from Node: the store contract then works with real tabs that are killed. */
import { StoreError, type Store, type StoreEntry } from "@amigos/engine/ports";
import type { StoreElsewhere, StoreHarness } from "@amigos/adapters/contract";
import type { Page } from "playwright-core";
import type { TestBrowser } from "../../../../scripts/test-browser.ts";
import { batchToText, textToEntries } from "../helpers/batch-text.ts";

/** Opens the store of this name in the page. */
async function openPageStore(page: Page, name: string): Promise<Store> {
  const said = await page.evaluate((store) => amigos.keepStore(store, false), name);
  if (said !== "open") throw new StoreError(said as StoreError["type"], "as it was in the page");
  /** What the page answers, or what it rejected with. */
  const ask = async (task: "list" | "get" | "write" | "close", text: string): Promise<string> => {
    const { answer, failure } = await page.evaluate(([store, wanted, given]) => amigos.askStore(store, wanted, given), [
      name,
      task,
      text,
    ] as const);
    if (failure !== undefined) throw new StoreError(failure as StoreError["type"], "as it was in the page");
    return answer;
  };
  return {
    name,
    isPersistent: false,
    get: async (key) => textToEntries(await ask("get", key))[0]?.value,
    list: async (prefix): Promise<readonly StoreEntry[]> => textToEntries(await ask("list", prefix)),
    write: async (batch) => void (await ask("write", batchToText(batch))),
    close: async () => void (await ask("close", "")),
  };
}

/** For the contract: the store of one tab, and other tabs whose renderer is killed. */
export async function createPageStoreHarness(chromium: TestBrowser, tab: Page): Promise<StoreHarness> {
  const name = crypto.randomUUID();
  const victims: Page[] = [];
  return {
    open: () => openPageStore(tab, name),
    openElsewhere: async (): Promise<StoreElsewhere> => {
      const victim = await chromium.newTab();
      victims.push(victim);
      const store = await openPageStore(victim, name);
      return {
        write: store.write,
        kill: async () => {
          const cdp = await chromium.context.newCDPSession(victim);
          const isDown = victim.waitForEvent("crash");
          cdp.send("Page.crash").catch(() => {});
          await isDown;
        },
      };
    },
    destroy: async () => {
      for (const victim of victims) await victim.close();
    },
  };
}
