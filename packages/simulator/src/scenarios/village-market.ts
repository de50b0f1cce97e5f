import { merchant } from "../people/merchant.ts";
import { saver } from "../people/saver.ts";
import { shopper } from "../people/shopper.ts";
import { several } from "./places.ts";
import type { Scenario } from "./scenario.ts";

export const villageMarket: Scenario = {
  name: "village-market",
  title: "A village market, offline for three days",
  question: "What can merchants lose when the ledger is out of reach for days, and what bounds it?",
  settings: { devices: 40, days: 5, partition: "all", partitionStart: 12, partitionHours: 72, respends: "yes" },
  places: ({ devices }) => [
    { name: "the market", kind: "market", isCovered: true },
    { name: "the well", kind: "street", isCovered: false },
    ...several(devices / 6, "farm", "home", false),
  ],
  roles: [
    { role: merchant, share: 20 },
    { role: shopper, share: 60 },
    { role: saver, share: 20 },
  ],
};
