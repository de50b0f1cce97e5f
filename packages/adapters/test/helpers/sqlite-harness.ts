/** For the contract: a SQLite store, other processes that open it and are killed, and a disk that is full or lost its end. */
import { copyFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { StoreElsewhere, StoreHarness, StoreTroubles } from "@amigos/adapters/contract";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { StoreError } from "@amigos/engine/ports";
import { batchToText } from "./batch-text.ts";
import { startChild } from "../../../../scripts/lib/child.ts";
import { createFolder } from "./temporary.ts";

export const SQLITE_TROUBLES: readonly (keyof StoreTroubles)[] = ["openElsewhere", "openCrowded", "tear"];

const CROWDED_BYTES = 400_000;

export async function createSqliteHarness(): Promise<StoreHarness> {
  const folder = await createFolder();
  const path = join(folder.path, "wallet.db");
  const [kept, keptLog] = [join(folder.path, "kept"), join(folder.path, "kept-wal")];
  let isKept = false;
  return {
    open: () => openSqliteStore({ path }),
    openCrowded: () => openSqliteStore({ path, bytesMax: CROWDED_BYTES }),
    openElsewhere: () => openElsewhere(path),
    tear: async (part) => {
      if (!isKept) {
        await copyFile(path, kept);
        await copyFile(`${path}-wal`, keptLog);
      }
      isKept = true;
      await copyFile(kept, path);
      await copyFile(keptLog, `${path}-wal`);
      await truncate(`${path}-wal`, Math.floor((await stat(keptLog)).size * part));
    },
    destroy: folder.remove,
  };
}

async function openElsewhere(path: string): Promise<StoreElsewhere> {
  const child = startChild(new URL("store-holder.ts", import.meta.url), [path, "serve"]);
  const said = await child.line();
  if (said !== "open") throw new StoreError((said ?? "store-failed") as StoreError["type"], "as it was elsewhere");
  return {
    write: async (batch) => {
      child.say(batchToText(batch));
      const answer = await child.line();
      if (answer !== "done") throw new StoreError("store-failed", answer ?? "it died");
    },
    kill: child.kill,
  };
}
