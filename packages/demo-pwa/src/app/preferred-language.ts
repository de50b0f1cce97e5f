/** The language on this device: what its owner chose, else what the browser prefers. The page's element says which it is. */
import { keepChoice, keptChoice } from "./kept-choice.ts";
import { languageFor, LANGUAGES, speak, type LanguageId } from "../texts/index.ts";

const KEY = "amigos-language";

/** Falls back to English where a language does not load: an old page that asks for a file of before. */
export async function speakPreferred(): Promise<void> {
  await use(languageFor(keptChoice(KEY), navigator.languages)).catch(() => use("en"));
}

export async function chooseLanguage(id: LanguageId): Promise<void> {
  await use(id);
  keepChoice(KEY, id);
}

async function use(id: LanguageId): Promise<void> {
  await speak(id);
  document.documentElement.lang = id;
  document.documentElement.dir = LANGUAGES.find((choice) => choice.id === id)?.direction ?? "ltr";
}
