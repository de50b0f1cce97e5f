/**
 * Decoding that goes both ways, by the reader and by the library, and holds the first to the second. A test that puts it
 * in the place of `decodeWith` asks this of every body that anything in the package decodes.
 */
import { expect } from "vitest";
import { bytesToHex } from "../../src/bytes.ts";
import type * as SchemaModule from "../../src/encoding/schema.ts";

let leftToLibrary = 0;

/** How many bodies the reader has not accepted so far. */
export function countLeftToLibrary(): number {
  return leftToLibrary;
}

/** The module with its `decodeWith` replaced. */
export function goingBothWays(schema: typeof SchemaModule): typeof SchemaModule {
  return {
    ...schema,
    decodeWith: (wanted, bytes, sizeMax) => {
      const decoded = schema.decodeWith(wanted, bytes, sizeMax);
      if (bytes.length > sizeMax) return decoded;
      const byReader = schema.readWith(wanted, bytes);
      const byLibrary = schema.decodeByLibrary(wanted, bytes);
      if (byReader === undefined) leftToLibrary++;
      else expect(byReader, bytesToHex(bytes)).toStrictEqual(byLibrary);
      expect(decoded, bytesToHex(bytes)).toStrictEqual(byLibrary);
      return decoded;
    },
  };
}
