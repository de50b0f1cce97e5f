/** How a change that a peer offered stands after its value was admitted and published (spec [GRD5]). */
export type Standing =
  /** It is, byte for byte, the change in our document. */
  | "in-document"
  /** Authentic, and waits for what comes before it. */
  | "waiting"
  /** Authentic, at or beyond a fork: the journal has it, the document does not take it. */
  | "frozen"
  /** Authentic, but the set document is full of items with lower keys. */
  | "full"
  /** Its value may be authentic, but this is not the change that we write for it. */
  | "not-canonical";
