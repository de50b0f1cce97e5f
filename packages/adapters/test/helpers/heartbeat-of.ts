/** How often links of a contract's case look whether the other end is there: often only where they have to notice. */
import type { LinkCase } from "@amigos/adapters/contract/cases";

export function heartbeatOf({ cuts }: LinkCase): number {
  return cuts ? 300 : 30_000;
}
