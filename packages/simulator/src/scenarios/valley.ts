import { resident } from "../people/resident.ts";
import type { Scenario } from "./scenario.ts";

export const valley: Scenario = {
  name: "valley",
  title: "One place that never has the ledger",
  question: "What does a cheat get of people who are all in one place? Simple enough to be calculated.",
  settings: { devices: 8, days: 1 },
  places: () => [{ name: "the valley", kind: "home", isCovered: false }],
  roles: [{ role: resident, share: 100 }],
};
