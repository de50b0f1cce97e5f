/** Worlds that are small enough to run by the dozen. */
import type { Settings } from "@amigos/simulator";

export const SMALL: Partial<Settings> = { devices: 9, days: 1, crypto: "simulated", payments: 10, cheatStart: 6 };
