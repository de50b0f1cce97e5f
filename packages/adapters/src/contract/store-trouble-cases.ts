/**
 * What every store must do about its disk's troubles, as far as its harness can make them: an owner that dies in the middle
 * of anything, a disk that is full, and one that lost the end of what it had promised to keep.
 */
import type { Store, StoreOperation } from "@amigos/engine/ports";
import { bytesOf, check, checkEqual, checkRejects, textOf } from "./contract-case.ts";

/** The store of a harness, open in another process or tab. */
export interface StoreElsewhere {
  /** Writes there. Rejects, or never settles, when that one has died. */
  readonly write: (batch: readonly StoreOperation[]) => Promise<void>;
  /** Ends that process or tab at once, as nobody can prepare for. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

export interface StoreTroubles {
  /** Opens the store in another process or tab. Rejects with what `open` rejects with there. */
  readonly openElsewhere?: () => Promise<StoreElsewhere>;
  /** Opens the store with room for less than 500,000 bytes. There is more room when it is opened the next time. */
  readonly openCrowded?: () => Promise<Store>;
  /**
   * Leaves this part (0 to 1) of what was written last, and all that was written long before: what a disk has that lied about
   * flushing. Each time from what was there at the first call. The store is not open.
   */
  readonly tear?: (part: number) => Promise<void>;
}

interface TroubledStore extends StoreTroubles {
  readonly open: () => Promise<Store>;
}

export interface TroubleCase {
  readonly title: string;
  readonly needs: keyof StoreTroubles;
  /** The store is new, and closed. */
  readonly body: (harness: TroubledStore) => Promise<void>;
}

/** Batches before an owner dies. */
const CRASHES = 6;
const BATCHES_BEFORE_TEAR = 12;
const TEARS = 40;
const PADDING_BYTES = 20_000;
const LARGE_BYTES = 500_000;

export const troubleCases: readonly TroubleCase[] = [
  {
    title: "open elsewhere, it is busy here, and free as soon as that one is killed",
    needs: "openElsewhere",
    body: async (harness) => {
      const elsewhere = await openElsewhere(harness);
      await elsewhere.write(batchOf(0));
      await checkRejects(harness.open(), "store-busy", "a second opener");
      await elsewhere.kill();
      await untilFree(harness, async (store) => checkEqual(await lastBatch(store), 0, "the last batch"));
    },
  },
  {
    title: "open here, it is busy elsewhere",
    needs: "openElsewhere",
    body: async (harness) => {
      const store = await harness.open();
      try {
        await checkRejects(openElsewhere(harness), "store-busy", "an opener elsewhere");
      } finally {
        await store.close();
      }
    },
  },
  {
    title: "of an owner that is killed, what was resolved is there, and what was under way is whole or absent",
    needs: "openElsewhere",
    body: async (harness) => {
      let next = 0;
      for (let resolved = 0; resolved < CRASHES; resolved += 1) {
        const elsewhere = await openElsewhere(harness);
        for (const end = next + resolved; next < end; next += 1) await elsewhere.write(batchOf(next));
        elsewhere.write(batchOf(next)).catch(() => {});
        await elsewhere.kill();
        await untilFree(harness, async (store) => {
          const last = await lastBatch(store);
          check(last === next - 1 || last === next, `batch ${next - 1} or ${next} is the last, not ${last}`);
          next = last + 1;
          await store.write(batchOf(next));
          next += 1;
        });
      }
    },
  },
  {
    title: "a full disk is store-full, loses nothing, takes what fits, and passes",
    needs: "openCrowded",
    body: async (harness) => {
      const large: StoreOperation = { type: "put", key: "large", value: new Uint8Array(LARGE_BYTES).fill(7) };
      const crowded = await (harness.openCrowded as () => Promise<Store>)();
      try {
        await crowded.write(batchOf(0));
        await checkRejects(crowded.write([...batchOf(1), large]), "store-full", "what does not fit");
        checkEqual(await lastBatch(crowded), 0, "the last batch");
        await crowded.write(batchOf(1));
      } finally {
        await crowded.close();
      }
      await untilFree(harness, async (store) => {
        checkEqual(await lastBatch(store), 1, "the last batch");
        checkEqual(await store.get("large"), undefined, "what did not fit");
        await store.write([large]);
        checkEqual((await store.get("large"))?.length, LARGE_BYTES, "what fits now");
      });
    },
  },
  {
    title: "of a disk that lost the end of what it kept, whole batches are there, in order, or it says store-damaged",
    needs: "tear",
    body: async (harness) => {
      const elsewhere = await openElsewhere(harness);
      for (let index = 0; index < BATCHES_BEFORE_TEAR; index += 1) await elsewhere.write(batchOf(index));
      await elsewhere.kill();
      let before = -1;
      for (let tear = 0; tear <= TEARS; tear += 1) {
        await harness.tear?.(tear / TEARS);
        const last = await lastOrDamaged(harness);
        if (last === "store-damaged") continue;
        check(last >= before, `with more of the disk there is no less: batch ${last} after ${before}`);
        before = last;
      }
      checkEqual(before, BATCHES_BEFORE_TEAR - 1, "the last batch where nothing was lost");
    },
  },
];

/** It belongs to a harness that has it: a case names what it needs. */
async function openElsewhere(harness: StoreTroubles): Promise<StoreElsewhere> {
  check(harness.openElsewhere !== undefined, "a harness that opens elsewhere");
  return harness.openElsewhere();
}

/** A platform may need a moment to notice that an owner died; nobody is locked out for good. */
const ATTEMPTS_MAX = 200;

async function untilFree(harness: TroubledStore, body: (store: Store) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const opened = await harness.open().catch((error: unknown) => error as { readonly type?: string });
    if (!("close" in opened)) {
      if (opened.type !== "store-busy" || attempt === ATTEMPTS_MAX) throw opened;
      await new Promise((resolve) => setTimeout(resolve, 10));
      continue;
    }
    try {
      return await body(opened);
    } finally {
      await opened.close();
    }
  }
}

async function lastOrDamaged(harness: TroubledStore): Promise<number | "store-damaged"> {
  try {
    let last = -1;
    await untilFree(harness, async (store) => {
      last = await lastBatch(store);
      await store.write([{ type: "put", key: "written after", value: bytesOf("yes") }]);
    });
    return last;
  } catch (error) {
    if ((error as { readonly type?: string }).type === "store-damaged") return "store-damaged";
    throw error;
  }
}

/** Replaces all of the one before. */
function batchOf(index: number): readonly StoreOperation[] {
  const put = (key: string, value: Uint8Array): StoreOperation => ({ type: "put", key, value });
  return [
    put("left", bytesOf(String(index))),
    { type: "delete", key: `only/${index - 1}` },
    put("padding", new Uint8Array(PADDING_BYTES).fill(index)),
    put(`only/${index}`, bytesOf(String(index))),
    put("right", bytesOf(String(index))),
  ];
}

/** The number of the batch whose content the store has, -1 for none; throws where it is a mixture. */
async function lastBatch(store: Store): Promise<number> {
  const [left, right] = [textOf(await store.get("left")), textOf(await store.get("right"))];
  const only = (await store.list("only/")).map(({ key }) => key);
  const padding = await store.get("padding");
  checkEqual([left, only], [right, right === undefined ? [] : [`only/${right}`]], "parts of one batch");
  const last = Number(right ?? -1);
  checkEqual(padding, right === undefined ? undefined : new Uint8Array(PADDING_BYTES).fill(last), "its padding");
  return last;
}
