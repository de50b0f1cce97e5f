/** What a sentence says of a number, in the form that its language has for it: one day, two days. */
import type { LanguageId } from "./language.ts";

/** Each takes the number as the language writes it. What is left out is said like `other`. */
export type CountForms = { readonly other: (count: string) => string } & {
  readonly [Category in Intl.LDMLPluralRule]?: (count: string) => string;
};

export function countedIn(language: LanguageId): (count: number, forms: CountForms) => string {
  const rules = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (count, forms) => (forms[rules.select(count)] ?? forms.other)(number.format(count));
}
