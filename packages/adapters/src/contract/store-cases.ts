/** What every store must do, its disk's troubles included as far as a harness can make them. */
import type { Store, StoreOperation } from "@amigos/engine/ports";
import { bytesOf, check, checkEqual, checkRejects, createDice, textOf, type ContractCase } from "./contract-case.ts";
import { troubleCases, type StoreTroubles } from "./store-trouble-cases.ts";

export interface StoreHarness extends StoreTroubles {
  /** Opens the one store of this harness; new and empty the first time. */
  readonly open: () => Promise<Store>;
  /** Frees what the harness took. Called once, with every store closed or forgotten. */
  readonly destroy: () => Promise<void>;
}

/** `troubles`: those that each harness can make. They are needed before there is a harness. */
export function storeCases(
  createHarness: () => Promise<StoreHarness>,
  troubles: readonly (keyof StoreTroubles)[] = [],
): readonly ContractCase[] {
  const test = (title: string, body: (store: Store, harness: StoreHarness) => Promise<void>): ContractCase => ({
    title,
    run: async () => {
      const harness = await createHarness();
      const store = await harness.open();
      try {
        await body(store, harness);
      } finally {
        await store.close();
        await harness.destroy();
      }
    },
  });

  return [
    test("a new store is empty", async (store) => {
      checkEqual(await store.list(""), [], "its content");
      checkEqual(await store.get("alice"), undefined, "a missing key");
    }),

    test("what was put is got, byte for byte", async (store) => {
      const values: Record<string, Uint8Array> = {
        empty: new Uint8Array(0),
        allBytes: Uint8Array.from({ length: 256 }, (_, index) => index),
        large: new Uint8Array(1024 * 1024).fill(7),
      };
      await store.write(Object.entries(values).map(([key, value]) => ({ type: "put", key, value })));
      for (const [key, value] of Object.entries(values)) checkEqual(await store.get(key), value, key);
    }),

    test("a later put replaces and a delete removes", async (store) => {
      await store.write([put("alice", "1"), put("bob", "1")]);
      await store.write([put("alice", "2"), remove("bob"), remove("never there")]);
      checkEqual(await summary(store), "alice=2", "content");
    }),

    test("a batch is applied in its own order", async (store) => {
      await store.write([put("a", "1"), remove("a"), put("b", "1"), put("b", "2"), remove("c"), put("c", "3")]);
      checkEqual(await summary(store), "b=2 c=3", "content");
    }),

    test("an empty batch changes nothing", async (store) => {
      await store.write([put("a", "1")]);
      await store.write([]);
      checkEqual(await summary(store), "a=1", "content");
    }),

    test("list gives the keys with exactly that prefix, in ascending order", async (store) => {
      const keys = [
        "entry/2",
        "entry/10",
        "entry/",
        "entry",
        "entry0",
        "entry.",
        "Entry/1",
        "entry/~",
        "entry/A/b",
        "f",
        "~",
        " ",
      ];
      await store.write(keys.map((key) => put(key, key)));
      checkEqual(await keysOf(store, "entry/"), ["entry/", "entry/10", "entry/2", "entry/A/b", "entry/~"], "entry/");
      checkEqual(await keysOf(store, "entry/1"), ["entry/10"], "entry/1");
      checkEqual(await keysOf(store, "~"), ["~"], "~");
      checkEqual(await keysOf(store, "nothing"), [], "nothing");
      checkEqual(await keysOf(store, ""), [...keys].sort(byCodeUnit), "all");
    }),

    test("batches become visible in the order in which they were written", async (store) => {
      const rounds = Array.from({ length: 50 }, (_, round) => round);
      await Promise.all(
        rounds.map((round) => store.write([put("last", String(round)), put(`round/${round}`, "written")])),
      );
      checkEqual(textOf(await store.get("last")), "49", "the last writer");
      checkEqual((await store.list("round/")).length, 50, "rounds written");
    }),

    test("a value belongs to the store once write was called", async (store) => {
      const value = bytesOf("before");
      const written = store.write([{ type: "put", key: "a", value }]);
      value.fill(0);
      await written;
      (await store.get("a"))?.fill(0);
      (await store.list("a"))[0]?.value.fill(0);
      checkEqual(textOf(await store.get("a")), "before", "the value");
    }),

    test("a view is stored without the buffer around it", async (store) => {
      const around = bytesOf("secret-alice-secret");
      await store.write([{ type: "put", key: "a", value: around.subarray(7, 12) }]);
      const got = await store.get("a");
      checkEqual(textOf(got), "alice", "the value");
      checkEqual(got?.buffer.byteLength, 5, "the memory behind it");
    }),

    test("a batch with a key that cannot be is refused as a whole", async (store) => {
      await store.write([put("a", "1")]);
      for (const key of ["", "ключ", "line\nbreak", "x".repeat(513)]) {
        const isRefused = await store.write([put("a", "2"), put(key, "2")]).then(
          () => false,
          () => true,
        );
        check(isRefused, `the key ${JSON.stringify(key)} is refused`);
      }
      checkEqual(await summary(store), "a=1", "content");
    }),

    test("content survives closing and opening", async (store, harness) => {
      await store.write([put("a", "1"), put("b", "2")]);
      await store.write([remove("a")]);
      await store.close();
      await withStore(harness, async (again) => checkEqual(await summary(again), "b=2", "content"));
    }),

    test("a store is open at most once", async (store, harness) => {
      await checkRejects(harness.open(), "store-busy", "a second opener");
      await store.write([put("a", "1")]);
      await store.close();
      await withStore(harness, async (again) => checkEqual(await summary(again), "a=1", "content"));
    }),

    test("of many openers at once, one gets it", async (store, harness) => {
      await store.close();
      const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => harness.open()));
      const opened = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
      for (const winner of opened) await winner.close();
      checkEqual(opened.length, 1, "openers that got the store");
    }),

    test("after close everything rejects with store-closed", async (store) => {
      await store.close();
      await store.close();
      await checkRejects(store.get("a"), "store-closed", "get");
      await checkRejects(store.list(""), "store-closed", "list");
      await checkRejects(store.write([put("a", "1")]), "store-closed", "write");
      await checkRejects(store.write([]), "store-closed", "an empty write");
    }),

    test("close lets the writes before it finish", async (store, harness) => {
      let finished = 0;
      for (let index = 0; index < 20; index++) {
        void store.write([put(`key/${index}`, "1")]).then(() => {
          finished += 1;
        });
      }
      await store.close();
      checkEqual(finished, 20, "writes that had finished");
      await withStore(harness, async (again) => checkEqual((await again.list("key/")).length, 20, "keys"));
    }),

    test("a large batch and a long list are whole", async (store) => {
      const count = 3_000;
      await store.write(
        Array.from({ length: count }, (_, index) => put(`key/${String(index).padStart(6, "0")}`, String(index))),
      );
      const entries = await store.list("key/");
      checkEqual(entries.length, count, "entries");
      check(
        entries.every((entry, index) => textOf(entry.value) === String(index)),
        "each key has its value, in order",
      );
    }),

    test("behaves as a map does, over many random batches", async (store) => {
      const roll = createDice(4680);
      const model = new Map<string, string>();
      for (let round = 0; round < 60; round++) {
        const batch = Array.from({ length: roll(6) }, () => randomOperation(roll, round));
        for (const operation of batch) {
          if (operation.type === "put") model.set(operation.key, textOf(operation.value) ?? "");
          else model.delete(operation.key);
        }
        await store.write(batch);
        checkEqual(await summary(store), modelSummary(model), `content after batch ${round}`);
      }
    }),

    ...troubleCases
      .filter(({ needs }) => troubles.includes(needs))
      .map(({ title, body }) =>
        test(title, async (store, harness) => {
          await store.close();
          await body(harness);
        }),
      ),
  ];
}

function put(key: string, text: string): StoreOperation {
  return { type: "put", key, value: bytesOf(text) };
}

function remove(key: string): StoreOperation {
  return { type: "delete", key };
}

function randomOperation(roll: (below: number) => number, round: number): StoreOperation {
  const key = `${"ab/"[roll(3)]}${"xyz"[roll(3)]}`;
  return roll(3) === 0 ? remove(key) : put(key, String(round));
}

async function withStore(harness: StoreHarness, body: (store: Store) => Promise<void>): Promise<void> {
  const store = await harness.open();
  try {
    await body(store);
  } finally {
    await store.close();
  }
}

async function keysOf(store: Store, prefix: string): Promise<readonly string[]> {
  return (await store.list(prefix)).map((entry) => entry.key);
}

async function summary(store: Store): Promise<string> {
  return (await store.list("")).map((entry) => `${entry.key}=${textOf(entry.value)}`).join(" ");
}

function modelSummary(model: ReadonlyMap<string, string>): string {
  return [...model]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
