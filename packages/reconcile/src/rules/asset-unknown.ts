/** The network has no such asset (spec [FUND1]). */
import type { EntryRule } from "./rule.ts";

export const assetUnknown: EntryRule = {
  code: "asset-unknown",
  outcome: "rejected",
  id: "FUND1",
  check: (_view, { operation: { asset } }, moment) =>
    moment.network.genesis.assets.some(({ code }) => code === asset) ? undefined : { code: "asset-unknown", asset },
};
