/** One of each name. Of one body under several signatures the one with the lowest link, so that all replicas take the same (spec [REC4]). */
import type { Link } from "@amigos/core";
import { compareText } from "./compare.ts";

export function distinct<Item extends { readonly id: string; readonly link?: Link }>(
  items: readonly Item[],
  nameOf: (item: Item) => string = ({ id }) => id,
): readonly Item[] {
  if (isAscending(items, nameOf)) return items;
  const byName = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    const known = byName.get(name);
    if (known === undefined || compareText(item.link ?? "", known.link ?? "") < 0) byName.set(name, item);
  }
  return byName.size === items.length ? items : [...byName.values()];
}

/** As the items of a record are: nothing twice, and nothing to remember. */
function isAscending<Item>(items: readonly Item[], nameOf: (item: Item) => string): boolean {
  let before = "";
  for (const item of items) {
    const name = nameOf(item);
    if (name <= before) return false;
    before = name;
  }
  return true;
}
