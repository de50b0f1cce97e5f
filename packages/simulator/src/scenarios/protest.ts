import { merchant } from "../people/merchant.ts";
import { shopper } from "../people/shopper.ts";
import { several } from "./places.ts";
import type { Scenario } from "./scenario.ts";

export const protest: Scenario = {
  name: "protest",
  title: "A protest with relays that work against it",
  question: "What do loss, one-way links, jammed places and a ledger that leaves people out do to those who pay?",
  settings: {
    devices: 80,
    days: 2,
    gossip: 10,
    messageLoss: 50,
    oneWay: 50,
    duplicates: 20,
    partition: "churn",
    partitionStart: 6,
    partitionHours: 36,
    adversary: "censoring-ledger",
    cheats: 8,
    cheatStart: 10,
  },
  places: ({ devices }) => [
    ...several(devices / 25, "square", "street", true),
    { name: "the kitchen", kind: "market", isCovered: true },
    ...several(devices / 10, "flat", "home", true),
  ],
  roles: [
    { role: merchant, share: 10 },
    { role: shopper, share: 90 },
  ],
};
