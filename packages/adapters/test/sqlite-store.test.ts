/** The SQLite store against other processes, power cuts, full disks and files that are not its own. */
import { copyFile, chmod, mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import type { Store, StoreError } from "@amigos/engine/ports";
import { describe, expect, test } from "vitest";
import { startChild, type Child } from "../../../scripts/lib/child.ts";
import { temporaryFolder } from "./helpers/temporary.ts";

/** An ordinary user on every system, for when the tests run as root, to whom no permission applies. */
const NOBODY = "65534";

describe("a SQLite store and other processes", () => {
  test("is busy while another process has it, and free when that one closes it", async () => {
    const path = join(await temporaryFolder(), "wallet.db");
    const holder = startHolder([path]);
    expect(await holder.line()).toBe("open");
    expect(await typeOfFailure(openSqliteStore({ path }))).toBe("store-busy");
    await holder.finish();
    await (await openSqliteStore({ path })).close();
  });

  test("keeps another process out", async () => {
    const path = join(await temporaryFolder(), "wallet.db");
    const store = await openSqliteStore({ path });
    expect(await startHolder([path]).line()).toBe("store-busy");
    await store.close();
    expect(await startHolder([path]).line()).toBe("open");
  });

  test("is free at once when its holder is killed, with every resolved batch there and whole", async () => {
    const path = join(await temporaryFolder(), "wallet.db");
    const holder = startHolder([path, "count"]);
    expect(await holder.line()).toBe("open");
    let reported = -1;
    while (reported < 20) reported = Number(await holder.line());
    await holder.kill();
    const store = await openSqliteStore({ path });
    const [left, right] = [await getText(store, "left"), await getText(store, "right")];
    expect(left).toBe(right);
    expect(Number(left)).toBeGreaterThanOrEqual(reported);
    await store.close();
  });

  test("a copy of its files, made while it is in use, opens with what was stored", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "wallet.db");
    const holder = startHolder([path, "count"]);
    while (Number(await holder.line()) !== 10);
    await holder.kill();
    for (const suffix of ["", "-wal"]) await copyFile(path + suffix, join(folder, `stolen.db${suffix}`));
    const stolen = await openSqliteStore({ path: join(folder, "stolen.db") });
    expect(Number(await getText(stolen, "left"))).toBeGreaterThanOrEqual(10);
    await stolen.close();
  });
});

describe("a copy of a SQLite store", () => {
  test("is made while it is written to, has each batch whole, and opens by itself", async () => {
    const folder = await temporaryFolder();
    const store = await openSqliteStore({ path: join(folder, "wallet.db") });
    const filler = Array.from({ length: 200 }, (_, index) => ({
      type: "put" as const,
      key: `filler/${index}`,
      value: new Uint8Array(64 * 1024).fill(index),
    }));
    await store.write(filler);
    let rounds = 0;
    let isCopied = false;
    const copying = store.copyTo(join(folder, "copy.db")).then(() => (isCopied = true));
    while (!isCopied) {
      const value = Buffer.from(String(rounds++));
      await store.write([
        { type: "put", key: "left", value },
        { type: "put", key: "right", value },
      ]);
      await new Promise(setImmediate);
    }
    await copying;
    const copy = await openSqliteStore({ path: join(folder, "copy.db") });
    expect(await getText(copy, "left")).toBe(await getText(copy, "right"));
    expect((await copy.list("filler/")).length).toBe(200);
    expect(rounds).toBeGreaterThan(1);
    // The store that was copied keeps its lock.
    expect(await startHolder([join(folder, "wallet.db")]).line()).toBe("store-busy");
    await Promise.all([copy.close(), store.close()]);
  });

  test("is finished before the store is closed, and never written over a file that is there", async () => {
    const folder = await temporaryFolder();
    const store = await openSqliteStore({ path: join(folder, "wallet.db") });
    await store.write([{ type: "put", key: "left", value: Buffer.from("1") }]);
    await writeFile(join(folder, "there.db"), "something else");
    expect(await typeOfFailure(store.copyTo(join(folder, "there.db")))).toBe("store-failed");
    expect(await readFile(join(folder, "there.db"), "utf8")).toBe("something else");
    expect(await typeOfFailure(store.copyTo(join(folder, "none", "copy.db")))).toBe("store-failed");
    const copying = store.copyTo(join(folder, "copy.db"));
    await store.close();
    await copying;
    const copy = await openSqliteStore({ path: join(folder, "copy.db") });
    expect(await getText(copy, "left")).toBe("1");
    await copy.close();
    expect(await typeOfFailure(store.copyTo(join(folder, "late.db")))).toBe("store-closed");
  });
});

describe("a SQLite store and its disk", () => {
  test("a full store is store-full, loses nothing, and takes what fits", async () => {
    const path = join(await temporaryFolder(), "wallet.db");
    const store = await openSqliteStore({ path, bytesMax: 100_000 });
    await put(store, "alice", "kept");
    const large = { type: "put", key: "bob", value: new Uint8Array(200_000) } as const;
    expect(await typeOfFailure(store.write([{ type: "delete", key: "alice" }, large]))).toBe("store-full");
    expect(await getText(store, "alice")).toBe("kept");
    await put(store, "alice", "changed");
    await store.close();
    const again = await openSqliteStore({ path });
    expect(await getText(again, "alice")).toBe("changed");
    expect(await again.get("bob")).toBeUndefined();
    await again.write([large]);
    await again.close();
  });

  test("when the system refuses to let a file grow, what was written before is there", async () => {
    const path = join(await temporaryFolder(), "wallet.db");
    const lines = await startHolder([path, "fill"], 'ulimit -f 2048; exec "$@"').lines();
    const written = lines.map(Number).filter((count) => !Number.isNaN(count));
    expect(["store-full", "store-failed"]).toContain(lines.at(-1));
    const store = await openSqliteStore({ path });
    const blocks = await store.list("block/");
    expect(blocks.length).toBe(written.length);
    expect(blocks.length).toBeGreaterThan(3);
    expect(blocks.every(({ key, value }) => value.length === 50_000 && value[0] === Number(key.slice(6)))).toBe(true);
    await store.close();
  });

  test("a folder or file that may not be written is store-failed, and says so", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "wallet.db");
    const store = await openSqliteStore({ path });
    await put(store, "alice", "1");
    await store.close();
    await chmod(path, 0o444);
    await chmod(folder, 0o555);
    const user = process.getuid?.() === 0 ? [NOBODY] : [];
    expect(await startHolder([path, "hold", ...user]).line()).toBe("store-failed");
    expect(await startHolder([join(folder, "new.db"), "hold", ...user]).line()).toBe("store-failed");
    expect(await typeOfFailure(openSqliteStore({ path: "/dev/null/wallet.db" }))).toBe("store-failed");
    await chmod(folder, 0o700);
  });

  test("its file is readable by its owner only", async () => {
    const path = join(await temporaryFolder(), "deep", "er", "wallet.db");
    const store = await openSqliteStore({ path });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    await store.close();
  });
});

describe("a SQLite store refuses, and leaves alone,", () => {
  test.each([
    ["a file that is no database", async (path: string) => writeFile(path, "Alice's shopping list\n".repeat(100))],
    ["a database of another program", async (path: string) => createDatabase(path, "CREATE TABLE notes (text)")],
    [
      "an empty database that another program claimed",
      async (path: string) => createDatabase(path, "PRAGMA application_id = 7"),
    ],
    ["a store of a later version", createLaterVersion],
  ])("%s", async (_title, create) => {
    const path = join(await temporaryFolder(), "wallet.db");
    await create(path);
    const before = await readFile(path);
    const error = (await failureOf(openSqliteStore({ path }))) as StoreError;
    expect(error.type).toBe("store-damaged");
    // The way out, for people.
    expect(error.message).toMatch(/move (it|that file) away|update/);
    expect(await readFile(path)).toEqual(before);
  });

  test("a folder in its place", async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, "wallet.db"));
    expect(await typeOfFailure(openSqliteStore({ path: join(path, "wallet.db") }))).toBe("store-failed");
  });

  test("a store whose file was cut short, when it is opened or read", async () => {
    const path = join(await temporaryFolder(), "wallet.db");
    const store = await openSqliteStore({ path });
    await store.write(
      Array.from({ length: 50 }, (_, index) => ({ type: "put", key: `key/${index}`, value: new Uint8Array(5_000) })),
    );
    await store.close();
    await truncate(path, 40_960);
    const failure = await typeOfFailure(
      openSqliteStore({ path }).then(async (cut) => {
        try {
          await cut.list("");
        } finally {
          await cut.close();
        }
      }),
    );
    expect(failure).toBe("store-damaged");
  });
});

test("an empty file is taken as a new SQLite store", async () => {
  const path = join(await temporaryFolder(), "wallet.db");
  await writeFile(path, "");
  const store = await openSqliteStore({ path });
  expect(await store.list("")).toEqual([]);
  await store.close();
});

function startHolder(args: readonly string[], shell?: string): Child {
  return startChild(new URL("helpers/store-holder.ts", import.meta.url), args, shell);
}

async function createLaterVersion(path: string): Promise<void> {
  await (await openSqliteStore({ path })).close();
  createDatabase(path, "PRAGMA user_version = 99");
}

function createDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function put(store: Store, key: string, text: string): Promise<void> {
  await store.write([{ type: "put", key, value: new TextEncoder().encode(text) }]);
}

async function getText(store: Store, key: string): Promise<string> {
  return new TextDecoder().decode(await store.get(key));
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error("did not fail"),
    (error: unknown) => error,
  );
}

async function typeOfFailure(promise: Promise<unknown>): Promise<string> {
  const failure = await failureOf(promise);
  return (failure as Partial<StoreError>).type ?? String(failure);
}
