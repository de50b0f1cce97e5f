/** What the test page offers to the tests, as `amigos`; and, loaded as a worker, the runner of one contract case. */
import { openWebCryptoKeyVault } from "@amigos/adapters/key-vault-webcrypto";
import { systemClock } from "@amigos/adapters/runtime";
import { openIndexedDbStore } from "@amigos/adapters/store-indexeddb";
import { bytesToHex, hexToBytes } from "@amigos/core";
import type { Store } from "@amigos/engine/ports";
import { batchToText, textToBatch } from "../../helpers/batch-text.ts";
import { echoFromFrame, echoFromWorker, echoOverPorts } from "./echo.ts";
import { remoteLinks } from "./remote-links.ts";
import { rtc } from "./rtc.ts";
import { runCase, type SuiteName } from "./suites.ts";

interface CaseRequest {
  readonly suite: SuiteName;
  readonly title: string;
}

const page = {
  ...remoteLinks,
  runCase,
  runCaseInWorker,
  echoFromWorker,
  echoFromFrame,
  rtc,
  openStore: openIndexedDbStore,
  openVault: openWebCryptoKeyVault,
  clock: systemClock,
  bytesToHex,
  hexToBytes,
  /** Stores and signs of loss that a test keeps between its calls. */
  stores: new Map<string, Store>(),
  lost: [] as string[],
  /** `openStore`, kept under `name`; the type of its failure instead of an exception. */
  keepStore: async (name: string, steal: boolean): Promise<string> => {
    try {
      const store = await openIndexedDbStore({ name, steal, onLost: (reason) => void page.lost.push(reason) });
      page.stores.set(name, store);
      return "open";
    } catch (error) {
      return typeOf(error);
    }
  },
  putText: async (name: string, key: string, text: string): Promise<string> => {
    try {
      await page.stores.get(name)?.write([{ type: "put", key, value: new TextEncoder().encode(text) }]);
      return "written";
    } catch (error) {
      return typeOf(error);
    }
  },
  /** What a test that holds the store from outside wants of it, with the type of its failure instead of an exception. */
  askStore: async (
    name: string,
    task: "list" | "get" | "write" | "close",
    given: string,
  ): Promise<{ readonly answer: string; readonly failure?: string }> => {
    try {
      return { answer: await answerOfStore(page.stores.get(name), task, given) };
    } catch (error) {
      return { answer: "", failure: typeOf(error) };
    }
  },
  getText: async (name: string, key: string): Promise<string | undefined> => {
    const value = await page.stores.get(name)?.get(key);
    return value && new TextDecoder().decode(value);
  },
};

export type Page = typeof page;

declare global {
  var amigos: Page;
}

async function answerOfStore(store: Store | undefined, task: string, given: string): Promise<string> {
  if (task === "write") await store?.write(textToBatch(given));
  else if (task === "close") await store?.close();
  else if (task === "list") return batchToText((await store?.list(given)) ?? []);
  else {
    const value = await store?.get(given);
    return batchToText(value === undefined ? [] : [{ key: given, value }]);
  }
  return "";
}

function typeOf(error: unknown): string {
  return (error as { readonly type?: string }).type ?? String(error);
}

function runCaseInWorker(suite: SuiteName, title: string): Promise<void> {
  const worker = new Worker(import.meta.url, { type: "module" });
  return new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<string>) =>
      data === "passed" ? resolve() : reject(new Error(data)),
    );
    worker.addEventListener("error", (event) => reject(new Error(event.message)));
    worker.postMessage({ suite, title } satisfies CaseRequest);
  }).finally(() => worker.terminate());
}

async function answer({ suite, title }: CaseRequest): Promise<void> {
  try {
    await runCase(suite, title);
    postMessage("passed");
  } catch (error) {
    postMessage(String(error));
  }
}

echoOverPorts();
if ("document" in globalThis) globalThis.amigos = page;
else {
  addEventListener("message", ({ data }: MessageEvent<CaseRequest | string>) => {
    if (typeof data === "object") void answer(data);
  });
}
