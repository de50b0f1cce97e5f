/**
 * A store in memory, for tests, the simulator and wallets that are meant to be forgotten. A `MemoryDisk` outlives the
 * stores opened on it, so that closing and opening again finds the same content, as on a real disk.
 */
import { StoreError, type Store, type StoreEntry, type StoreOperation } from "@amigos/engine/ports";
import { checkKey, copyBatch, prefixRange } from "../shared/store-key.ts";

export interface MemoryStoreOptions {
  readonly name: string;
  /** Where it lives. Default: the one disk of this process. */
  readonly disk?: MemoryDisk;
  /** What the store says of itself. Default `false`: memory promises nothing. */
  readonly isPersistent?: boolean;
}

/** Opens a store. Rejects with `StoreError` `store-busy` while it is open already. */
export async function openMemoryStore(options: MemoryStoreOptions): Promise<Store> {
  const { name, disk = processDisk, isPersistent = false } = options;
  const contents = disk.acquire(name);
  return new MemoryStore({ name, isPersistent, contents, release: () => disk.release(name) });
}

/** Named contents, each open at most once at a time. */
export class MemoryDisk {
  readonly #contentsByName = new Map<string, Map<string, Uint8Array>>();
  readonly #openNames = new Set<string>();

  acquire(name: string): Map<string, Uint8Array> {
    if (this.#openNames.has(name)) throw new StoreError("store-busy", `The memory store ${name} is open already.`);
    this.#openNames.add(name);
    const contents = this.#contentsByName.get(name) ?? new Map<string, Uint8Array>();
    this.#contentsByName.set(name, contents);
    return contents;
  }

  release(name: string): void {
    this.#openNames.delete(name);
  }

  /** Copies what `from` holds now to the name `to`, open or not: what a thief of the disk would have. */
  copy(from: string, to: string): void {
    if (this.#openNames.has(to)) throw new StoreError("store-busy", `The memory store ${to} is open.`);
    this.#contentsByName.set(to, new Map(this.#contentsByName.get(from)));
  }

  /** Forgets what a closed store held. */
  erase(name: string): void {
    if (this.#openNames.has(name)) throw new StoreError("store-busy", `The memory store ${name} is open.`);
    this.#contentsByName.delete(name);
  }
}

const processDisk = new MemoryDisk();

interface MemoryStoreParts {
  readonly name: string;
  readonly isPersistent: boolean;
  readonly contents: Map<string, Uint8Array>;
  readonly release: () => void;
}

class MemoryStore implements Store {
  readonly name: string;
  readonly isPersistent: boolean;
  readonly #contents: Map<string, Uint8Array>;
  readonly #release: () => void;
  #isClosed = false;

  constructor(parts: MemoryStoreParts) {
    this.name = `memory ${parts.name}`;
    this.isPersistent = parts.isPersistent;
    this.#contents = parts.contents;
    this.#release = parts.release;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    checkKey(key);
    const value = this.#contents.get(key);
    return value === undefined ? undefined : Uint8Array.from(value);
  }

  async list(prefix: string): Promise<readonly StoreEntry[]> {
    this.#checkOpen();
    prefixRange(prefix);
    return [...this.#contents]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value: Uint8Array.from(value) }));
  }

  async write(batch: readonly StoreOperation[]): Promise<void> {
    this.#checkOpen();
    for (const operation of copyBatch(batch)) {
      if (operation.type === "put") this.#contents.set(operation.key, operation.value);
      else this.#contents.delete(operation.key);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#release();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError("store-closed", `The ${this.name} store is closed.`);
  }
}
