/** Counts and lists as the language in use writes them. */
import { isolated } from "./isolated.ts";
import { locale } from "../texts/index.ts";

export function countToText(count: number): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** `"Alice, Bob and Carol"`. Each keeps its own direction. */
export function listToText(names: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names.map(isolated));
}
