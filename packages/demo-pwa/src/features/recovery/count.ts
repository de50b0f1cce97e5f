/** A count as its language writes it. */
import { locale } from "../../texts/index.ts";

export function countToText(count: number): string {
  return new Intl.NumberFormat(locale).format(count);
}
