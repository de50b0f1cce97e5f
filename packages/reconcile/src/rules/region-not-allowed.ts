/** The session may pay in some regions, and the entry says none of them (spec [REG1]). */
import { isWithinRegion } from "@amigos/core";
import { spendOf } from "../spend.ts";
import type { EntryRule } from "./rule.ts";

export const regionNotAllowed: EntryRule = {
  code: "region-not-allowed",
  outcome: "rejected",
  id: "REG1",
  check: ({ session: { regions } }, { operation, region }) => {
    if (regions === undefined || spendOf(operation) === undefined) return undefined;
    if (region === undefined) return { code: "region-not-allowed", reason: "not-said" };
    return regions.some((allowed) => isWithinRegion(region, allowed))
      ? undefined
      : { code: "region-not-allowed", reason: "outside" };
  },
};
