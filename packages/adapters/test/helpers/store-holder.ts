/**
 * A process of its own that opens the SQLite store at the path it is given and answers commands, one a line:
 * `count` writes 0, 1, 2 … as batches of two keys until it dies; `serve` writes the batches that it is told, and says `done`
 * after each. Prints what happened, one word a line.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { StoreError } from "@amigos/engine/ports";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { textToBatch } from "./batch-text.ts";

const [path = "", task = "hold", userId] = process.argv.slice(2);
if (userId !== undefined) becomeUser(Number(userId));
try {
  const store = await openSqliteStore({ path });
  console.log("open");
  if (task === "count") {
    for (let count = 0; ; count++) {
      const value = new TextEncoder().encode(String(count));
      await store.write([
        { type: "put", key: "left", value },
        { type: "put", key: "right", value },
      ]);
      console.log(count);
      await new Promise(setImmediate);
    }
  }
  if (task === "fill") {
    for (let count = 0; ; count++) {
      await store.write([{ type: "put", key: `block/${count}`, value: new Uint8Array(50_000).fill(count) }]);
      console.log(count);
    }
  }
  if (task === "serve") {
    for await (const text of createInterface(process.stdin)) {
      await store.write(textToBatch(text));
      console.log("done");
    }
  }
  // Holds the store until its input ends.
  process.stdin.resume();
  await once(process.stdin, "end");
  await store.close();
} catch (error) {
  console.log(error instanceof StoreError ? error.type : String(error));
}

/** Permissions bind everyone but root. */
function becomeUser(id: number): void {
  process.setgid?.(id);
  process.setuid?.(id);
}
