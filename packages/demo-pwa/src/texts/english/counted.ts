import { countedIn, type CountForms } from "../counted.ts";

export const counted: (count: number, forms: CountForms) => string = countedIn("en");
