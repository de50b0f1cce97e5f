/** What the test page offers to the tests, as `worlds`. */
import { fingerprints } from "../support/fingerprints.ts";

const page = { fingerprints };

declare global {
  var worlds: typeof page;
}

globalThis.worlds = page;
