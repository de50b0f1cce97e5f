/** Which languages there are, and which one a person is likely to read. */
import type { ErrorTexts } from "./error-sentences.ts";
import type { recovery } from "./english/recovery.ts";
import type { english } from "./english/screens.ts";
import type { FailureTexts } from "./failure-sentences.ts";

/** Every word of the screens. A language lacks none of them and takes the same arguments, or it does not compile. */
export type Texts = typeof english;

/** The same of recovery, which nobody needs in the first second. */
export type RecoveryTexts = typeof recovery;

export interface Language {
  readonly texts: Texts;
  readonly errors: ErrorTexts;
  readonly failures: FailureTexts;
  /** Left out where they load with the screens that say them. */
  readonly recovery?: RecoveryTexts;
}

export type LanguageId = "en" | "de" | "ar";

export interface LanguageChoice {
  readonly id: LanguageId;
  /** What its speakers call it. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
}

export const LANGUAGES: readonly LanguageChoice[] = [
  { id: "en", name: "English", direction: "ltr" },
  { id: "de", name: "Deutsch", direction: "ltr" },
  { id: "ar", name: "العربية", direction: "rtl" },
];

/** The first that is spoken here of what was chosen before and what the browser prefers: `["de-AT", "en"]`. */
export function languageFor(chosen: string | null, preferred: readonly string[]): LanguageId {
  const wanted = chosen === null ? preferred : [chosen, ...preferred];
  const spoken = wanted.map((tag) => LANGUAGES.find(({ id }) => id === tag.toLowerCase().split("-")[0]));
  return spoken.find((choice) => choice !== undefined)?.id ?? "en";
}
