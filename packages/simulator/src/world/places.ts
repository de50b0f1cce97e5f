/** Where people are, and where the ledger can be reached from: people in one place are near each other. */
import { assert } from "@amigos/core";
import type { Prng } from "../chance/prng.ts";
import type { Settings } from "../settings.ts";

export type PlaceKind = "home" | "work" | "market" | "street";

export interface PlacePlan {
  readonly name: string;
  readonly kind: PlaceKind;
  /** Whether the ledger can be reached from there, as long as nothing is partitioned. */
  readonly isCovered: boolean;
}

/** A place loses the ledger, or gets it back. */
export interface CoverageChange {
  /** In ms since the world began. */
  readonly time: number;
  readonly place: number;
  readonly isCovered: boolean;
}

const HOUR_MS = 3_600_000;
/** How long a place is with or without the ledger while it comes and goes. */
const CHURN_MS = 2 * HOUR_MS;

/** What a partition of the settings does to covered places, in order of time. */
export function planCoverage(places: readonly PlacePlan[], settings: Settings, prng: Prng): readonly CoverageChange[] {
  const start = settings.partitionStart * HOUR_MS;
  const end = start + settings.partitionHours * HOUR_MS;
  const covered = places.flatMap(({ isCovered }, place) => (isCovered ? [place] : []));
  if (settings.partition === "none" || end === start) return [];
  if (settings.partition === "churn") return churn(covered, { start, end, prng });
  const lost = lostPlaces(covered, settings.partition);
  return [
    ...lost.map((place) => ({ time: start, place, isCovered: false })),
    ...lost.map((place) => ({ time: end, place, isCovered: true })),
  ];
}

function lostPlaces(covered: readonly number[], partition: "all" | "split" | "island" | "bridge"): readonly number[] {
  switch (partition) {
    case "all":
      return covered;
    // Half of the places keep the ledger.
    case "split":
      return covered.slice(Math.floor(covered.length / 2));
    // One loses it.
    case "island":
      return covered.slice(-1);
    // One keeps it, and whoever passes there carries for the others.
    case "bridge":
      return covered.slice(1);
  }
}

function churn(
  places: readonly number[],
  { start, end, prng }: { readonly start: number; readonly end: number; readonly prng: Prng },
): readonly CoverageChange[] {
  const changes = places.flatMap((place) => {
    const ofPlace: CoverageChange[] = [];
    let isCovered = true;
    for (let time = start; time < end; time += prng.interval(CHURN_MS)) {
      isCovered = !isCovered;
      ofPlace.push({ time, place, isCovered });
    }
    return [...ofPlace, { time: end, place, isCovered: true }];
  });
  return changes.toSorted((a, b) => a.time - b.time || a.place - b.place);
}

/** Who is where. A person is in one place, or on the way. */
export class Presence<Who> {
  readonly #present: Who[][];
  readonly #placeOf = new Map<Who, number>();
  readonly #indexOf = new Map<Who, number>();

  constructor(places: number) {
    this.#present = Array.from({ length: places }, () => []);
  }

  placeOf(who: Who): number | undefined {
    return this.#placeOf.get(who);
  }

  at(place: number): readonly Who[] {
    return this.#present[place] ?? [];
  }

  move(who: Who, place: number): void {
    this.leave(who);
    const present = this.#present[place];
    assert(present !== undefined, "a place is one of the world's");
    this.#placeOf.set(who, place);
    this.#indexOf.set(who, present.length);
    present.push(who);
  }

  leave(who: Who): void {
    const place = this.#placeOf.get(who);
    const index = this.#indexOf.get(who);
    if (place === undefined || index === undefined) return;
    const present = this.#present[place] as Who[];
    const last = present.pop() as Who;
    if (last !== who) {
      present[index] = last;
      this.#indexOf.set(last, index);
    }
    this.#placeOf.delete(who);
    this.#indexOf.delete(who);
  }
}
