/** The texts of the language in use. One today; the choice will be made here. */
import { english, type Texts } from "./english.ts";

export const texts: Texts = english;
/** What `Intl` formats for: the language of the texts, so that words and numbers never disagree. */
export const locale = "en";
