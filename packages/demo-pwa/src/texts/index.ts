/**
 * The texts of the language in use: English from the start, another once it is loaded. What reads them reads them anew each
 * time it draws, so a language that is chosen later needs no more than to draw again.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { english } from "./english/index.ts";
import type { Language, LanguageId, Texts } from "./language.ts";

export { LANGUAGES, languageFor, type LanguageId } from "./language.ts";

export let texts: Texts = english.texts;
export let errorTexts: Language["errors"] = english.errors;
export let failureTexts: Language["failures"] = english.failures;
/** By `recoveryTexts`, which has the English ones. */
export let recoveryOfLanguage: Language["recovery"] = english.recovery;
/** What `Intl` formats for: the language of the texts, so that words and numbers never disagree. */
export let locale: LanguageId = "en";

const current = signal<LanguageId>("en");
/** Changes when the texts have. */
export const language: ReadonlySignal<LanguageId> = current;

const LOADERS: { readonly [Id in LanguageId]: () => Promise<Language> } = {
  en: async () => english,
  de: async () => (await import("./german/index.ts")).german,
  ar: async () => (await import("./arabic/index.ts")).arabic,
};

/** Loads a language and speaks it from then on. */
export async function speak(id: LanguageId): Promise<void> {
  const loaded = await LOADERS[id]();
  texts = loaded.texts;
  errorTexts = loaded.errors;
  failureTexts = loaded.failures;
  recoveryOfLanguage = loaded.recovery;
  locale = id;
  current.value = id;
}
