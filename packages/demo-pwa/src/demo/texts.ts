/** The words of the demo in the language in use. They load with the page of the demo and weigh on nobody else. */
import { english } from "../texts/english/demo.ts";
import type { LanguageId } from "../texts/index.ts";
import type { Step } from "./stories/story.ts";
import type { StoryId, StorySays } from "./stories/index.ts";

/** What a sentence may speak of: amounts and names, ready to be shown. */
export interface Spoken {
  readonly first: string;
  readonly second: string;
  readonly third: string;
  readonly one: string;
  readonly other: string;
}

export interface StoryTexts<Says extends string> {
  readonly title: string;
  readonly about: string;
  readonly says: { readonly [Name in Says]: (spoken: Spoken) => string };
}

export type StoriesTexts = { readonly [Id in StoryId]: StoryTexts<StorySays[Id]> };

/** Every word of the demo. A language lacks none of them and takes the same arguments, or it does not compile. */
export type DemoTexts = typeof english;

export let demo: DemoTexts = english;

const LOADERS: { readonly [Id in LanguageId]: () => Promise<DemoTexts> } = {
  en: async () => english,
  de: async () => (await import("../texts/german/demo.ts")).german,
  ar: async () => (await import("../texts/arabic/demo.ts")).arabic,
};

export async function loadDemoTexts(id: LanguageId): Promise<void> {
  demo = await LOADERS[id]();
}

export function sentenceOf(story: StoryId, { says }: Step, spoken: Spoken): string {
  const table: { readonly [Name in string]?: (spoken: Spoken) => string } = demo.stories[story].says;
  return table[says]?.(spoken) ?? "";
}
