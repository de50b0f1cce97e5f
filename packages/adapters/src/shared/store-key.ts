/**
 * Keys and batches as every store takes them. Keys are printable ASCII, because SQLite orders text by its UTF-8 bytes and
 * IndexedDB by UTF-16 code units: within ASCII the two agree, and a prefix is a range.
 */
import { assert } from "@amigos/core";
import type { StoreOperation } from "@amigos/engine/ports";

const KEY = /^[\x20-\x7e]{1,512}$/;
const PREFIX = /^[\x20-\x7e]{0,512}$/;

export function checkKey(key: string): void {
  assert(KEY.test(key), "a store's key is 1 to 512 printable ASCII characters");
}

/** The keys that start with `prefix` are those in `[from, to)`. */
export function prefixRange(prefix: string): { readonly from: string; readonly to: string } {
  assert(PREFIX.test(prefix), "a store's prefix is up to 512 printable ASCII characters");
  return { from: prefix, to: `${prefix}\x7f` };
}

/** A copy that the caller can no longer change, each value in a buffer of its own. */
export function copyBatch(batch: readonly StoreOperation[]): readonly StoreOperation[] {
  return batch.map((operation) => {
    checkKey(operation.key);
    return operation.type === "put" ? { ...operation, value: new Uint8Array(operation.value) } : { ...operation };
  });
}
