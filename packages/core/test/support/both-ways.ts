/**
 * Decoding that goes both ways, by the reader and by the library, and holds the first to the second. A test that puts
 * these in the place of their modules asks this of every body that anything in the package decodes.
 */
import { expect } from "vitest";
import { bytesToHex } from "../../src/bytes.ts";
import type * as CborModule from "../../src/encoding/cbor.ts";
import type * as SchemaModule from "../../src/encoding/schema.ts";

let byLibrary = 0;
let leftToLibrary = 0;

/** How many bodies went to the library so far because the reader had not accepted them. */
export function countLeftToLibrary(): number {
  return leftToLibrary;
}

/** The module with a `decodeCbor` that counts. */
export function counting(cbor: typeof CborModule): typeof CborModule {
  return {
    ...cbor,
    decodeCbor: (bytes) => {
      byLibrary++;
      return cbor.decodeCbor(bytes);
    },
  };
}

/** The module with a `decodeWith` that compares. */
export function goingBothWays(schema: typeof SchemaModule): typeof SchemaModule {
  return {
    ...schema,
    decodeWith: (wanted, bytes, sizeMax) => {
      const before = byLibrary;
      const decoded = schema.decodeWith(wanted, bytes, sizeMax);
      leftToLibrary += byLibrary - before;
      if (bytes.length <= sizeMax) {
        const expected = schema.decodeByLibrary(wanted, bytes);
        expect(decoded, bytesToHex(bytes)).toStrictEqual(expected);
        expect(schema.readWith(wanted, bytes) ?? expected, bytesToHex(bytes)).toStrictEqual(expected);
      }
      return decoded;
    },
  };
}
