import { commuter } from "../people/commuter.ts";
import { merchant } from "../people/merchant.ts";
import { shopper } from "../people/shopper.ts";
import { several } from "./places.ts";
import type { Scenario } from "./scenario.ts";

export const disasterZone: Scenario = {
  name: "disaster-zone",
  title: "A disaster zone with people who carry data",
  question: "How late do evidence and settlement come when only those who walk to the camp carry them?",
  settings: { devices: 60, days: 7, gossip: 20, messageLoss: 20, respends: "yes", acceptAge: 72 },
  places: ({ devices }) => [
    { name: "the camp", kind: "work", isCovered: true },
    ...several(devices / 30, "point", "market", false),
    { name: "the road", kind: "street", isCovered: false },
    ...several(devices / 10, "shelter", "home", false),
  ],
  roles: [
    { role: merchant, share: 15 },
    { role: shopper, share: 70 },
    { role: commuter, share: 15 },
  ],
};
