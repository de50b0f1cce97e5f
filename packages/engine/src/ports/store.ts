/**
 * The disk as the engine sees it: a small ordered map from text keys to bytes whose batches are atomic and durable.
 * The journal is built on it. Adapters: memory, SQLite (Node), IndexedDB (browser); all pass one contract suite.
 *
 * Invariants every store keeps:
 * - `write` applies all of a batch or nothing, and resolves only when it would survive a power cut;
 * - batches become visible in the order in which `write` was called;
 * - a store is open at most once at a time on a device: opening it again rejects with `StoreBusy`;
 * - after a write failed, the store still holds exactly what it held before.
 */
export interface Store {
  /** What keeps it, for people: `"SQLite wallet.db"`. */
  readonly name: string;
  /** Whether the platform promises not to evict it. A wallet that is not persistent says so to its owner. */
  readonly isPersistent: boolean;
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  /** All pairs whose key starts with `prefix`, in ascending order of keys (UTF-16 code units; our keys are ASCII). */
  readonly list: (prefix: string) => Promise<readonly StoreEntry[]>;
  readonly write: (batch: readonly StoreOperation[]) => Promise<void>;
  /** Releases the store for another opener. Everything after rejects with `StoreClosed`. Idempotent. */
  readonly close: () => Promise<void>;
}

export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

export type StoreOperation =
  | { readonly type: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "delete"; readonly key: string };

/** What a store rejects with. `type` is stable; `message` is for people. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly type: "store-busy" | "store-full" | "store-closed" | "store-damaged" | "store-failed";
  constructor(type: StoreError["type"], message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.type = type;
  }
}
