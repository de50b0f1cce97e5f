/** How a kind of people spends its days. A new one is one file, and a line in the scenarios where it lives. */
import type { Prng } from "../chance/prng.ts";
import type { PlacePlan } from "../world/places.ts";

/** From this minute of the day on somebody is there. */
export interface Stay {
  readonly minute: number;
  readonly place: number;
}

export interface Role {
  readonly name: string;
  /** Whether others come to pay, and whether it waits for them. */
  readonly sells: boolean;
  /** How often it pays, compared with the others: 0 never, 1 as the settings say. */
  readonly spends: number;
  /** One day: where it is when. In order of minutes; the first stay begins the day. */
  readonly day: (life: Life) => readonly Stay[];
}

export interface Life {
  readonly home: number;
  readonly places: readonly PlacePlan[];
  readonly prng: Prng;
}

/** A place of one of the kinds, or home where there is none. */
export function somewhere({ places, prng, home }: Life, kinds: readonly PlacePlan["kind"][]): number {
  const found = places.flatMap(({ kind }, place) => (kinds.includes(kind) ? [place] : []));
  return found.length === 0 ? home : prng.pick(found);
}

/** `hour` o'clock, an hour earlier or later. */
export function around(hour: number, prng: Prng): number {
  return hour * 60 - 60 + prng.integer(121);
}
