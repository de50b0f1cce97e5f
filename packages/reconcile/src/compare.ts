/** Orders. The default sort and locales are not the same everywhere; these are. */

/** Order of code units. For ids (lower-case hex) and asset codes (ASCII) that is the order of their bytes. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `rows.toSorted(byText((row) => row.id))` */
export function byText<Row>(textOf: (row: Row) => string): (a: Row, b: Row) => number {
  return (a, b) => compareText(textOf(a), textOf(b));
}
