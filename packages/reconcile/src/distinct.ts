/** One of each id. Of one body under several signatures the one with the lowest link, so that all replicas take the same (spec [REC4]). */
import type { Link } from "@amigos/core";
import { compareText } from "./compare.ts";

export function distinct<Item extends { readonly id: string; readonly link?: Link }>(
  items: readonly Item[],
): readonly Item[] {
  const byId = new Map<string, Item>();
  for (const item of items) {
    const known = byId.get(item.id);
    if (known === undefined || compareText(item.link ?? "", known.link ?? "") < 0) byId.set(item.id, item);
  }
  return byId.size === items.length ? items : [...byId.values()];
}
