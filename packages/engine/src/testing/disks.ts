/** Disks that fail: a store whose writes are refused, some of them or from one on. */
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";

/** A disk that refuses the writes that `isFull` picks, by number from 0 or by what they write, and works again after. */
export function refusing(store: Store, isFull: (write: number, batch: readonly StoreOperation[]) => boolean): Store {
  let writes = 0;
  return {
    name: store.name,
    isPersistent: store.isPersistent,
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    close: () => store.close(),
    write: (batch) => {
      if (isFull(writes++, batch)) return Promise.reject(new StoreError("store-full", "no space left"));
      return store.write(batch);
    },
  };
}

/** A store whose power goes out: the write after the n-th, and everything from then on, fails. */
export function dyingAfter(store: Store, writes: number): Store {
  return refusing(store, (write) => write >= writes);
}
