/** A binary heap: the lowest item first, O(log n) each way. */
export interface Heap<Item> {
  readonly push: (item: Item) => void;
  readonly pop: () => Item | undefined;
}

export function createHeap<Item>(compare: (a: Item, b: Item) => number): Heap<Item> {
  const items: Item[] = [];
  const isLower = (a: number, b: number): boolean => compare(items[a] as Item, items[b] as Item) < 0;
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b] as Item, items[a] as Item];
  };
  const rise = (from: number): void => {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!isLower(index, parent)) return;
      swap(index, parent);
      index = parent;
    }
  };
  const sink = (): void => {
    for (let index = 0; ;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let lowest = index;
      if (left < items.length && isLower(left, lowest)) lowest = left;
      if (right < items.length && isLower(right, lowest)) lowest = right;
      if (lowest === index) return;
      swap(index, lowest);
      index = lowest;
    }
  };
  return {
    push: (item) => rise(items.push(item) - 1),
    pop: () => {
      const last = items.pop();
      if (items.length === 0) return last;
      const first = items[0] as Item;
      items[0] = last as Item;
      sink();
      return first;
    },
  };
}
