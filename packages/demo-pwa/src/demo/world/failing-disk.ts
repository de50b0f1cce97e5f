/** The disk of a phone: it keeps what it was given, and the power may go out while it is written to. */
import { openMemoryStore, type MemoryDisk } from "@amigos/adapters/store-memory";
import { StoreError, type Store } from "@amigos/engine";

export class FailingDisk {
  readonly name: string;
  readonly #disk: MemoryDisk;
  /** Writes until the power goes out; `undefined` while it stays. */
  #writesLeft: number | undefined;

  constructor(disk: MemoryDisk, name: string) {
    this.#disk = disk;
    this.name = name;
  }

  /** After so many writes nothing is written any more, until the power is back. */
  failAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  powerIsBack(): void {
    this.#writesLeft = undefined;
  }

  async open(): Promise<Store> {
    const store = await openMemoryStore({ name: this.name, disk: this.#disk });
    return {
      name: store.name,
      isPersistent: store.isPersistent,
      get: (key) => store.get(key),
      list: (prefix) => store.list(prefix),
      write: async (batch) => {
        if (this.#writesLeft === 0) throw new StoreError("store-failed", "the power is out");
        if (this.#writesLeft !== undefined) this.#writesLeft -= 1;
        await store.write(batch);
      },
      close: () => store.close(),
    };
  }
}
