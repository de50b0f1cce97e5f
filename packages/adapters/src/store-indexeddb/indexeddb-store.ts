/**
 * A store in the browser's IndexedDB. Transactions are `strict`: a resolved write was flushed to the disk, which the
 * default does not promise. A Web Lock keeps other tabs and workers out. A lock that is taken over is noticed by its old
 * holder only some time later, so each write also checks, within its own transaction, that the store is still ours.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";
import { StoreError, type Store, type StoreEntry, type StoreOperation } from "@amigos/engine/ports";
import { checkKey, copyBatch, prefixRange } from "../shared/store-key.ts";
import { requestPersistence } from "./persistence.ts";
import { acquireWebLock, type HeldLock } from "./web-lock.ts";

export { isPersisted, requestPersistence } from "./persistence.ts";

export interface IndexedDbStoreOptions {
  /** Names the database within the page's origin. */
  readonly name: string;
  /**
   * Takes the store from the tab that has it, for an owner who says "use it here". That tab's store is closed: what it
   * had begun to write is whole or absent, and everything after rejects there with `store-closed`.
   */
  readonly steal?: boolean;
  /** The store was closed by something other than `close`: taken over, deleted, or shut by the browser. */
  readonly onLost?: (reason: string) => void;
}

/** Opens the store, or rejects with a `StoreError` that says the way out. */
export async function openIndexedDbStore(options: IndexedDbStoreOptions): Promise<Store> {
  const holder = new IndexedDbStore(options);
  await holder.open();
  return holder;
}

/** Of the object stores below. A database of a later version is refused, never guessed at. */
const SCHEMA_VERSION = 1;
const OWNER_KEY = "owner";

interface Schema extends DBSchema {
  entries: { key: string; value: Uint8Array };
  /** `owner`: a random token of the opener that may write. */
  meta: { key: string; value: string };
}

type WriteTransaction = IDBPTransaction<Schema, ("entries" | "meta")[], "readwrite">;

class IndexedDbStore implements Store {
  readonly name: string;
  readonly #options: IndexedDbStoreOptions;
  readonly #databaseName: string;
  readonly #owner: string = crypto.randomUUID();
  readonly #writes = new Set<Promise<void>>();
  #isPersistent = false;
  #database: IDBPDatabase<Schema> | undefined;
  #lock: HeldLock | undefined;
  #closedBecause: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: IndexedDbStoreOptions) {
    this.name = `IndexedDB ${options.name}`;
    this.#options = options;
    this.#databaseName = `amigos-store/${options.name}`;
  }

  get isPersistent(): boolean {
    return this.#isPersistent;
  }

  async open(): Promise<void> {
    try {
      this.#lock = await this.#acquireLock();
      this.#database = await this.#openDatabase();
      await this.#takeOwnership();
      this.#isPersistent = await requestPersistence();
      this.#checkOpen();
    } catch (error) {
      await this.close();
      throw storeError(error, this.name);
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    return this.#read((database) => database.get("entries", key));
  }

  async list(prefix: string): Promise<readonly StoreEntry[]> {
    const { from, to } = prefixRange(prefix);
    return this.#read(async (database) => {
      const range = IDBKeyRange.bound(from, to, false, true);
      const { store } = database.transaction("entries");
      const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      return keys.map((key, index) => ({ key, value: values[index] as Uint8Array }));
    });
  }

  async write(batch: readonly StoreOperation[]): Promise<void> {
    const operations = copyBatch(batch);
    const database = this.#checkOpen();
    if (operations.length === 0) return;
    const writing = this.#write(database, operations);
    this.#writes.add(writing);
    try {
      await writing;
    } finally {
      this.#writes.delete(writing);
    }
  }

  async close(): Promise<void> {
    this.#closing ??= this.#release("it was closed");
    await this.#closing;
  }

  async #acquireLock(): Promise<HeldLock> {
    const lock = await acquireWebLock({
      name: this.#databaseName,
      steal: this.#options.steal ?? false,
      onStolen: () => this.#lose("another tab took it over"),
    });
    if (lock === undefined) throw busy(this.name);
    return lock;
  }

  async #openDatabase(): Promise<IDBPDatabase<Schema>> {
    const blocked = Promise.withResolvers<never>();
    const opening = openDB<Schema>(this.#databaseName, SCHEMA_VERSION, {
      upgrade: (database) => {
        database.createObjectStore("entries");
        database.createObjectStore("meta");
      },
      blocked: () => blocked.reject(busy(this.name)),
      blocking: () => this.#lose("it is being deleted or upgraded"),
      terminated: () => this.#lose("the browser shut it"),
    });
    try {
      return await Promise.race([opening, blocked.promise]);
    } catch (error) {
      // It may open still, after its blocker went away; nobody waits for it then.
      void opening.then(
        (database) => database.close(),
        () => {},
      );
      throw error;
    }
  }

  /** From here on, writes of an opener before us are refused, whether or not it has noticed yet. */
  async #takeOwnership(): Promise<void> {
    const transaction = this.#checkOpen().transaction("meta", "readwrite", { durability: "strict" });
    await Promise.all([transaction.store.put(this.#owner, OWNER_KEY), transaction.done]);
  }

  async #read<Value>(read: (database: IDBPDatabase<Schema>) => Promise<Value>): Promise<Value> {
    const database = this.#checkOpen();
    try {
      return await read(database);
    } catch (error) {
      throw this.#isClosed() ? this.#closedError() : storeError(error, this.name);
    }
  }

  async #write(database: IDBPDatabase<Schema>, operations: readonly StoreOperation[]): Promise<void> {
    let isOwner = true;
    let transaction: WriteTransaction;
    let requests: Promise<unknown>[];
    try {
      transaction = database.transaction(["entries", "meta"], "readwrite", { durability: "strict" });
      const checked = transaction.objectStore("meta").get(OWNER_KEY);
      requests = [...request(transaction, operations), checked];
      void checked.then(
        (owner) => {
          isOwner = owner === this.#owner;
          if (!isOwner) transaction.abort();
        },
        () => {},
      );
    } catch (error) {
      throw storeError(error, this.name);
    }
    // All of them, so that no rejected request is left without a reader; what counts is the transaction.
    const [outcome] = await Promise.allSettled([transaction.done, ...requests]);
    if (outcome.status === "fulfilled") return;
    if (!isOwner) this.#lose("another tab took it over");
    throw isOwner ? storeError(outcome.reason, this.name) : this.#closedError();
  }

  #isClosed(): boolean {
    return this.#closedBecause !== undefined;
  }

  #checkOpen(): IDBPDatabase<Schema> {
    if (this.#isClosed() || this.#database === undefined) throw this.#closedError();
    return this.#database;
  }

  #closedError(): StoreError {
    return new StoreError(
      "store-closed",
      `The store ${this.name} is closed: ${this.#closedBecause ?? "it was never opened"}.`,
    );
  }

  #lose(reason: string): void {
    if (this.#isClosed()) return;
    this.#closing = this.#release(reason);
    this.#options.onLost?.(reason);
  }

  async #release(reason: string): Promise<void> {
    this.#closedBecause = reason;
    // Refuses new transactions at once and lets those under way finish.
    this.#database?.close();
    await Promise.allSettled(this.#writes);
    await this.#lock?.release();
  }
}

/** Issues the operations in order. When one cannot even be issued, none of them may happen. */
function request(transaction: WriteTransaction, operations: readonly StoreOperation[]): Promise<unknown>[] {
  const entries = transaction.objectStore("entries");
  try {
    return operations.map((operation) =>
      operation.type === "put" ? entries.put(operation.value, operation.key) : entries.delete(operation.key),
    );
  } catch (error) {
    transaction.abort();
    transaction.done.catch(() => {});
    throw error;
  }
}

function busy(name: string): StoreError {
  return new StoreError(
    "store-busy",
    `The store ${name} is open in another tab. Close that tab, or take the store over here.`,
  );
}

function storeError(error: unknown, name: string): StoreError {
  if (error instanceof StoreError) return error;
  const { name: errorName, message } = error as DOMException;
  const cause = { cause: error };
  switch (errorName) {
    case "QuotaExceededError":
      return new StoreError(
        "store-full",
        `The browser gives ${name} no more room. Free some space; nothing that was stored is lost.`,
        cause,
      );
    case "VersionError":
      return new StoreError(
        "store-damaged",
        `${name} was written by a later version of this app. Reload the page to update it.`,
        cause,
      );
    case "NotFoundError":
      return new StoreError(
        "store-damaged",
        `The database of ${name} is not one of ours. Choose another name, or delete it.`,
        cause,
      );
    case "InvalidStateError":
      return new StoreError("store-closed", `The store ${name} is closed: ${message}`, cause);
    default:
      return new StoreError("store-failed", `The store ${name} failed: ${message}`, cause);
  }
}
