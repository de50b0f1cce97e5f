/** A region by its code. */
import { isRegion, type Region } from "@amigos/core";

export function region(code: string): Region {
  if (!isRegion(code)) throw new Error(`${code} is a region`);
  return code;
}
