/**
 * Regions: where a session may pay, and where an entry says that it was signed. A country by ISO 3166-1 (`CH`), or a part
 * of one by ISO 3166-2 (`CH-ZH`). A claim of the signer's, like its time: it binds an honest device, not a thief (spec [TERM3]).
 */
import type { Brand } from "../brand.ts";
import { word, type Schema } from "../encoding/schema.ts";

/** `CH`, or `CH-ZH`. */
export type Region = Brand<string, "Region">;

const REGION_LENGTH_MAX = 6;
const REGION = /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/;

export function isRegion(text: string): text is Region {
  return REGION.test(text);
}

/** Whether `inner` is `outer` or a part of it. */
export function isWithinRegion(inner: Region, outer: Region): boolean {
  return inner === outer || inner.startsWith(`${outer}-`);
}

export const regionSchema: Schema<Region> = word(REGION_LENGTH_MAX, isRegion, "region");
