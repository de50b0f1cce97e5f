/** The network has no such asset (spec [FUND1]). */
import { moneyOf } from "../spend.ts";
import type { EntryRule } from "./rule.ts";

export const assetUnknown: EntryRule = {
  code: "asset-unknown",
  outcome: "rejected",
  id: "FUND1",
  check: (_view, { operation }, moment) => {
    const asset = moneyOf(operation)?.asset;
    const isKnown = asset === undefined || moment.network.genesis.assets.some(({ code }) => code === asset);
    return isKnown ? undefined : { code: "asset-unknown", asset };
  },
};
