/** Places by the number: as many as the people of a scenario need. */
import type { PlaceKind, PlacePlan } from "../world/places.ts";

export function several(count: number, name: string, kind: PlaceKind, isCovered: boolean): readonly PlacePlan[] {
  return Array.from({ length: Math.max(1, Math.ceil(count)) }, (_, index) => ({
    name: `${name} ${index + 1}`,
    kind,
    isCovered,
  }));
}
