/** What the test page offers to the tests, as `worlds`. */
import { fingerprints } from "../support/fingerprints.ts";
import { watched } from "../support/watched.ts";

const page = { fingerprints, watched };

declare global {
  var worlds: typeof page;
}

globalThis.worlds = page;
