import { commuter } from "../people/commuter.ts";
import { merchant } from "../people/merchant.ts";
import { saver } from "../people/saver.ts";
import { shopper } from "../people/shopper.ts";
import { several } from "./places.ts";
import type { Scenario } from "./scenario.ts";

export const city: Scenario = {
  name: "city",
  title: "A city with good coverage",
  question: "What does a copied phone get where the ledger is nearly everywhere?",
  settings: { devices: 200, days: 3, gossip: 0, cadence: 5, adversary: "cloned-device", cheats: 2, copies: 3 },
  places: ({ devices }) => [
    ...several(devices / 40, "shop", "market", true),
    ...several(devices / 80, "office", "work", true),
    ...several(devices / 80, "avenue", "street", true),
    ...several(devices / 150, "underground", "street", false),
    ...several(devices / 5, "house", "home", true),
  ],
  roles: [
    { role: merchant, share: 10 },
    { role: shopper, share: 40 },
    { role: commuter, share: 40 },
    { role: saver, share: 10 },
  ],
};
