/** The stories, and the address of each: `/demo?story=double-spend&seed=7`. */
import { doubleSpend, type DoubleSpendSays } from "./double-spend.ts";
import { killedPhone, type KilledPhoneSays } from "./killed-phone.ts";
import type { Step } from "./story.ts";
import { twoDaysOffline, type TwoDaysSays } from "./two-days-offline.ts";
import { wrongClock, type WrongClockSays } from "./wrong-clock.ts";

/** Which sentences each story has. */
export interface StorySays {
  readonly "double-spend": DoubleSpendSays;
  readonly "two-days-offline": TwoDaysSays;
  readonly "killed-phone": KilledPhoneSays;
  readonly "wrong-clock": WrongClockSays;
}

export type StoryId = keyof StorySays;

export const STORIES: { readonly [Id in StoryId]: (seed: number) => readonly Step[] } = {
  "double-spend": doubleSpend,
  "two-days-offline": twoDaysOffline,
  "killed-phone": killedPhone,
  "wrong-clock": wrongClock,
};

export const STORY_IDS = Object.keys(STORIES) as readonly StoryId[];

/** Seeds are small enough to be read aloud. */
export const SEED_MAX = 9_999;
const SEED_FIRST = 7;

export interface Address {
  /** Left out: nobody tells anything, and whoever is there plays. */
  readonly story: StoryId | undefined;
  readonly seed: number;
}

/** What is not a story is the first one, and what is not a seed is the one of the documentation. */
export function addressOf(search: string): Address {
  const query = new URLSearchParams(search);
  const [story, seed] = [query.get("story") ?? "double-spend", query.get("seed") ?? ""];
  return {
    story: story === "none" ? undefined : (STORY_IDS.find((id) => id === story) ?? "double-spend"),
    seed: /^\d{1,4}$/.test(seed) ? Number(seed) : SEED_FIRST,
  };
}

export function addressToSearch({ story, seed }: Address): string {
  return `?story=${story ?? "none"}&seed=${seed}`;
}
