import { merchant } from "../people/merchant.ts";
import { shopper } from "../people/shopper.ts";
import { several } from "./places.ts";
import type { Scenario } from "./scenario.ts";

export const conferenceHall: Scenario = {
  name: "conference-hall",
  title: "A conference hall with a network that comes and goes",
  question: "How long do payments take to be settled, and how often is an honest one wronged, where everybody is near?",
  settings: {
    devices: 120,
    days: 2,
    payments: 8,
    partition: "churn",
    partitionStart: 8,
    partitionHours: 30,
    gossip: 10,
    messageLoss: 20,
  },
  places: ({ devices }) => [
    ...several(devices / 60, "bar", "market", true),
    { name: "the foyer", kind: "street", isCovered: true },
    ...several(devices / 30, "hotel", "home", true),
  ],
  roles: [
    { role: merchant, share: 8 },
    { role: shopper, share: 92 },
  ],
};
