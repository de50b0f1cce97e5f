/** Every scenario, by name. */
import { city } from "./city.ts";
import { conferenceHall } from "./conference-hall.ts";
import { disasterZone } from "./disaster-zone.ts";
import { protest } from "./protest.ts";
import { residents } from "./residents.ts";
import type { Scenario } from "./scenario.ts";
import { stolenPhone } from "./stolen-phone.ts";
import { valley } from "./valley.ts";
import { villageMarket } from "./village-market.ts";

export const SCENARIOS: readonly Scenario[] = [
  villageMarket,
  conferenceHall,
  disasterZone,
  protest,
  city,
  stolenPhone,
  residents,
  valley,
];

export function scenarioOf(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
