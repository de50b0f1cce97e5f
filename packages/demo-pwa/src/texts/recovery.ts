/**
 * The words of recovery in the language in use. The English ones load with the screens that say them, and weigh on nobody's first
 * second; those of another language come with it.
 */
import { recovery as english } from "./english/recovery.ts";
import { recoveryOfLanguage } from "./index.ts";
import type { RecoveryTexts } from "./language.ts";

export function recoveryTexts(): RecoveryTexts {
  return recoveryOfLanguage ?? english;
}
