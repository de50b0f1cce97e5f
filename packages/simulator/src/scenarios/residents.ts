import { resident } from "../people/resident.ts";
import type { Scenario } from "./scenario.ts";

export const residents: Scenario = {
  name: "residents",
  title: "People who stay where they are",
  question: "What happens when nothing else does? Small enough to check by hand.",
  settings: { devices: 20, days: 2 },
  places: () => [
    { name: "the square", kind: "home", isCovered: true },
    { name: "the valley", kind: "home", isCovered: false },
    { name: "the hill", kind: "home", isCovered: true },
  ],
  roles: [{ role: resident, share: 100 }],
};
