/** What the page of the demo may ask of its worker. What comes of it comes as views of the world. */
import type { Action } from "./world/action.ts";

export interface DemoCalls {
  /** Ends the world there is, and begins another. */
  readonly begin: (input: { readonly seed: number }) => Promise<void>;
  /** Resolves when those in reach of each other agree. */
  readonly act: (input: { readonly action: Action }) => Promise<void>;
}
