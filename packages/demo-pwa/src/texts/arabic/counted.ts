/**
 * Things that are counted, in Arabic. It counts in six ways: one and two are words of their own, 3 to 10 take the plural, 11 to 99
 * the singular in the accusative, and none and whole hundreds the singular in the genitive; 103 counts like 3 again.
 */
import { countedIn } from "../counted.ts";

export interface Noun {
  readonly one: string;
  /** In the case that the sentence asks for. */
  readonly two: string;
  readonly few: string;
  readonly many: string;
  readonly other: string;
}

const form = countedIn("ar");

export function counted(count: number, { one, two, few, many, other }: Noun): string {
  return form(count, {
    one: () => one,
    two: () => two,
    few: (number) => `${number} ${few}`,
    many: (number) => `${number} ${many}`,
    other: (number) => `${number} ${other}`,
  });
}
