/** What the engine reads through its ports, made of a seed: chance, wires and disks that fail. */
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { openMemoryStore, type MemoryDisk } from "@amigos/adapters/store-memory";
import { assert } from "@amigos/core";
import { StoreError, type Random, type Store, type StoreOperation } from "@amigos/engine";
import { createPrng, type Prng } from "../chance/prng.ts";

export function seededRandom(seed: string): Random {
  const prng = createPrng(seed);
  return { bytes: (length) => Uint8Array.from({ length }, () => prng.integer(256)) };
}

/**
 * Everything that is under way on any wire. One message arrives at a time, drawn by lot, so that connections overtake each
 * other; within one, order is kept, as every link keeps it.
 */
export class Wires {
  readonly #prng: Prng;
  #underWay: (() => void)[] = [];
  #isPumping = false;

  constructor(seed: string) {
    this.#prng = createPrng(seed);
  }

  get underWayCount(): number {
    return this.#underWay.length;
  }

  between(a: string, b: string): MemoryLinkPair {
    return createMemoryLinkPair({ names: [a, b], schedule: this.schedule });
  }

  readonly schedule = (action: () => void): void => {
    this.#underWay.push(action);
    if (this.#isPumping) return;
    this.#isPumping = true;
    // In a turn of its own, so that whoever received something has done with it what can be done at once.
    setImmediate(() => this.#pump());
  };

  #pump(): void {
    const index = this.#prng.integer(this.#underWay.length);
    const [action] = this.#underWay.splice(index, 1);
    assert(action !== undefined, "what is drawn is there");
    action();
    this.#isPumping = this.#underWay.length > 0;
    if (this.#isPumping) setImmediate(() => this.#pump());
  }
}

/** How a disk fails at its next writes. */
export type DiskTrouble =
  /** It refuses so many writes and works again after. */
  | { readonly type: "full"; readonly writes: number }
  /** The power goes out at the write after so many: before it was made, or after it and before anybody heard of it. */
  | { readonly type: "dies"; readonly after: number; readonly isWritten: boolean };

/** Batches that a disk which lies has not written. A payment is two: its place, and its entry; one lost is made up for. */
const HELD_BACK = 6;

/** A disk under a store. It keeps what it was given, unless it lies. */
export class TroubledDisk {
  readonly #disk: MemoryDisk;
  readonly #name: string;
  #trouble: DiskTrouble | undefined;
  #writes = 0;
  /** What a disk that lies has really written, and what not yet. */
  #written: Store | undefined;
  #unwritten: (readonly StoreOperation[])[] = [];

  constructor(disk: MemoryDisk, name: string) {
    this.#disk = disk;
    this.#name = name;
  }

  /** From now on it says that it has written what is lost when the power goes out. No disk that keeps the port's promise does. */
  async beginToLie(): Promise<void> {
    this.#disk.copy(this.#name, this.#nameOfWritten);
    this.#written = await openMemoryStore({ name: this.#nameOfWritten, disk: this.#disk });
  }

  suffer(trouble: DiskTrouble | undefined): void {
    this.#trouble = trouble;
    this.#writes = 0;
  }

  /** The power went out, and its store is closed: what a lying disk has not written is gone. */
  losePower(): void {
    if (this.#written === undefined) return;
    this.#unwritten = [];
    this.#disk.copy(this.#nameOfWritten, this.#name);
  }

  async open(): Promise<Store> {
    const store = await openMemoryStore({ name: this.#name, disk: this.#disk });
    return {
      name: store.name,
      isPersistent: store.isPersistent,
      get: (key) => store.get(key),
      list: (prefix) => store.list(prefix),
      write: (batch) => this.#write(store, batch),
      close: () => store.close(),
    };
  }

  get #nameOfWritten(): string {
    return `${this.#name}, written`;
  }

  async #write(store: Store, batch: readonly StoreOperation[]): Promise<void> {
    const write = this.#writes++;
    const trouble = this.#trouble;
    if (trouble?.type === "full" && write < trouble.writes) throw new StoreError("store-full", "no space left");
    if (trouble?.type === "dies" && write >= trouble.after) {
      if (write === trouble.after && trouble.isWritten) await store.write(batch);
      throw new StoreError("store-failed", "the power is out");
    }
    await store.write(batch);
    if (this.#written === undefined) return;
    this.#unwritten.push([...batch]);
    const due = this.#unwritten.splice(0, Math.max(0, this.#unwritten.length - HELD_BACK));
    for (const one of due) await this.#written.write(one);
  }
}
