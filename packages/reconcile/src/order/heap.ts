/** A binary heap: the first item first, O(log n) each way. */
export interface Heap<Item> {
  readonly push: (item: Item) => void;
  readonly pop: () => Item | undefined;
}

/** `isBefore` tells which of two items goes first; neither where they are alike. */
export function createHeap<Item>(isBefore: (a: Item, b: Item) => boolean): Heap<Item> {
  const items: Item[] = [];
  /** Puts an item where it belongs on the way up from the hole at `from`. */
  const rise = (item: Item, from: number): void => {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!isBefore(item, items[parent] as Item)) break;
      items[hole] = items[parent] as Item;
      hole = parent;
    }
    items[hole] = item;
  };
  /** Puts an item where it belongs on the way down from the top, which is a hole. */
  const sink = (item: Item): void => {
    let hole = 0;
    for (let child = 1; child < items.length; child = 2 * hole + 1) {
      if (child + 1 < items.length && isBefore(items[child + 1] as Item, items[child] as Item)) child += 1;
      if (!isBefore(items[child] as Item, item)) break;
      items[hole] = items[child] as Item;
      hole = child;
    }
    items[hole] = item;
  };
  return {
    push: (item) => {
      items.push(item);
      rise(item, items.length - 1);
    },
    pop: () => {
      const last = items.pop();
      const first = items[0];
      if (last === undefined || first === undefined) return last;
      sink(last);
      return first;
    },
  };
}
