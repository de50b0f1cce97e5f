/** What a page keeps in its browser, and a browser that keeps no more. */
import type { Page } from "playwright-core";

/** Everything of this origin, by database, table and key. */
export function keptBy(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const result = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
      });
    const kept: string[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name));
      for (const table of database.objectStoreNames)
        for (const key of await result(database.transaction(table).objectStore(table).getAllKeys()))
          kept.push(`${name}/${table}/${JSON.stringify(key)}`);
      database.close();
    }
    return [...kept.toSorted(), ...Object.keys(localStorage)];
  });
}

/** What the browser does not do for the wallet from now on: open a database, or write a row whose key begins so. */
export async function failAt(page: Page, failing: "open" | "store/" | "recovering/" | "nothing"): Promise<void> {
  const [worker] = page.workers();
  await worker?.evaluate((what) => {
    const fail = (): never => {
      throw new DOMException("made to fail", "UnknownError");
    };
    if (what === "open") Object.defineProperty(indexedDB, "open", { value: fail, configurable: true });
    else Reflect.deleteProperty(indexedDB, "open");
    const rows = IDBObjectStore.prototype;
    const held = self as { put?: (...values: readonly unknown[]) => unknown };
    held.put ??= Object.getOwnPropertyDescriptor(rows, "put")?.value as NonNullable<typeof held.put>;
    const put = held.put;
    Object.defineProperty(rows, "put", {
      configurable: true,
      value(this: IDBObjectStore, value: unknown, key: unknown) {
        if (typeof key === "string" && key.startsWith(what)) fail();
        return Reflect.apply(put, this, key === undefined ? [value] : [value, key]);
      },
    });
  }, failing);
}
