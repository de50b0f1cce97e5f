import { resident } from "../people/resident.ts";
import type { Scenario } from "./scenario.ts";

/** The simplest world: people who stay in a few places, each of which has the ledger or not. Where figures can be checked by hand. */
export const residents: Scenario = {
  name: "residents",
  title: "People who stay where they are",
  question: "What happens when nothing else does?",
  settings: { devices: 20, days: 2 },
  places: () => [
    { name: "the square", kind: "home", isCovered: true },
    { name: "the valley", kind: "home", isCovered: false },
    { name: "the hill", kind: "home", isCovered: true },
  ],
  roles: [{ role: resident, share: 100 }],
};
