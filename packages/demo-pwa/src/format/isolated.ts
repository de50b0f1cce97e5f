/** Names in the middle of text that may run the other way (Unicode Bidirectional Algorithm, UAX #9: isolates). */
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** The name, so that neither it nor the text around it changes the other's direction. */
export function isolated(name: string): string {
  return `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}`;
}
