/** The language on this device: what its owner chose, else what the browser prefers. The page's element says which it is. */
import { languageFor, LANGUAGES, speak, type LanguageId } from "../texts/index.ts";

const KEY = "amigos-language";

/** Falls back to English where a language does not load: an old page that asks for a file of before. */
export async function speakPreferred(): Promise<void> {
  await use(languageFor(localStorage.getItem(KEY), navigator.languages)).catch(() => use("en"));
}

export async function chooseLanguage(id: LanguageId): Promise<void> {
  await use(id);
  localStorage.setItem(KEY, id);
}

async function use(id: LanguageId): Promise<void> {
  await speak(id);
  document.documentElement.lang = id;
  document.documentElement.dir = LANGUAGES.find((choice) => choice.id === id)?.direction ?? "ltr";
}
