/** What those in the world are called in the language in use, and lists of them. */
import { locale } from "../texts/index.ts";
import { demo } from "./texts.ts";
import type { PartyId } from "./world/action.ts";
import type { PhoneView } from "./world/world-view.ts";

export function nameOf(party: PartyId, phones: readonly Pick<PhoneView, "id" | "owner">[]): string {
  if (party !== "copy") return demo.names[party];
  const owner = phones.find(({ id }) => id === "copy")?.owner ?? "alice";
  return demo.names.copyOf(demo.names[owner]);
}

const HOUR_MS = 3_600_000;
const HOURS_OF_DAY = 24;

/** `"3 hours"`, `"1 day"`: whole ones. */
export function durationOf(ms: number): string {
  const hours = Math.round(Math.abs(ms) / HOUR_MS);
  const isDays = hours % HOURS_OF_DAY === 0 && hours > 0;
  return new Intl.NumberFormat(locale, { style: "unit", unit: isDays ? "day" : "hour", unitDisplay: "long" }).format(
    isDays ? hours / HOURS_OF_DAY : hours,
  );
}
