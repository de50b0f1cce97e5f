import { merchant } from "../people/merchant.ts";
import { shopper } from "../people/shopper.ts";
import { several } from "./places.ts";
import type { Scenario } from "./scenario.ts";

export const stolenPhone: Scenario = {
  name: "stolen-phone",
  title: "A stolen phone and its kill switch",
  question: "What does a thief get before and after the owner pulls the kill switch, and who pays for it?",
  settings: { devices: 40, days: 3, adversary: "thief", cheats: 2, cheatStart: 14, gossip: 30 },
  places: ({ devices }) => [
    { name: "the market", kind: "market", isCovered: true },
    { name: "the fair", kind: "market", isCovered: false },
    { name: "the street", kind: "street", isCovered: false },
    ...several(devices / 6, "house", "home", true),
  ],
  roles: [
    { role: merchant, share: 20 },
    { role: shopper, share: 80 },
  ],
};
