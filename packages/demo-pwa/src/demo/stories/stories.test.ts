import "@automerge/automerge";
import { expect, test } from "vitest";
import { english } from "../../texts/english/demo.ts";
import { german } from "../../texts/german/demo.ts";
import { arabic } from "../../texts/arabic/demo.ts";
import { World } from "../world/world.ts";
import { doAllAgree, type WorldView } from "../world/world-view.ts";
import { addressOf, addressToSearch, STORIES, STORY_IDS, type StoryId } from "./index.ts";

const SPOKEN = { first: "1.00", second: "2.00", third: "3.00", one: "Bob", other: "Carol" };

async function ending(story: StoryId, seed: number): Promise<WorldView> {
  const world = await World.open({ seed, publish: () => undefined });
  for (const { actions } of STORIES[story](seed)) for (const action of actions) await world.act(action);
  const { view } = world;
  await world.close();
  expect(world.unmet).toEqual([]);
  return view;
}

/** Everything but what went over the wires. */
function outcome({ hub, happenings, now }: WorldView): unknown {
  return { hub, happenings, now };
}

test.each(STORY_IDS)("%s: all agree in the end, and one seed ends in one root", async (story) => {
  const [one, again] = [await ending(story, 7), await ending(story, 7)];
  expect(doAllAgree(one)).toBe(true);
  expect(one.hub.undecided).toBe(0);
  expect(outcome(again)).toEqual(outcome(one));
});

test.each([1, 2, 3, 4, 5])(
  "double-spend with seed %i: one is kept, the other refused, and everybody has the proof",
  async (seed) => {
    const { phones, happenings } = await ending("double-spend", seed);
    const settled = happenings.flatMap((one) => (one.type === "settled" ? [one] : []));
    expect(settled.map(({ kept, refused }) => [kept.length, refused.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(phones.map(({ view }) => view.conflicts.length)).toEqual([1, 1, 1, 1]);
    expect(happenings.at(-1)).toMatchObject({ lane: "copy", type: "refused" });
  },
);

test("who reaches the hub first, and how much is paid, is the seed's to say", () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const firsts = new Set(
    seeds.map((seed) => STORIES["double-spend"](seed).find(({ says }) => says === "settled")?.one),
  );
  expect(firsts).toEqual(new Set(["bob", "carol"]));
  const amounts = seeds.map((seed) => STORIES["double-spend"](seed).find(({ says }) => says === "paid")?.first ?? 0);
  expect(new Set(amounts).size).toBeGreaterThan(10);
  expect(amounts.every((cents) => cents >= 26_00 && cents <= 44_00)).toBe(true);
});

test.each([english, german, arabic])("every step has a sentence, in every language", ({ stories }) => {
  for (const story of STORY_IDS) {
    const table: { readonly [Name in string]?: (spoken: typeof SPOKEN) => string } = stories[story].says;
    const steps = STORIES[story](7);
    expect(steps.map(({ says }) => says)).toEqual(Object.keys(table));
    for (const { says, first } of steps)
      expect(table[says]?.(SPOKEN)).toContain(first === undefined ? "" : SPOKEN.first);
  }
});

test.each([
  ["", "double-spend", 7],
  ["?story=wrong-clock&seed=12", "wrong-clock", 12],
  ["?story=none", undefined, 7],
  ["?story=nonsense&seed=-3", "double-spend", 7],
  ["?seed=123456", "double-spend", 7],
] as const)("the address %j is the story %s with seed %i", (search, story, seed) => {
  expect(addressOf(search)).toEqual({ story, seed });
  expect(addressOf(addressToSearch({ story, seed }))).toEqual({ story, seed });
});
