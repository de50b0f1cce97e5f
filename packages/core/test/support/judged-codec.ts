/**
 * Our codec, held to the library's wherever it is used. A test that puts this in the place of `schema.ts` asks of every
 * body that anything in the package encodes or decodes whether the library finds the same.
 */
import { expect } from "vitest";
import { bytesToHex } from "../../src/bytes.ts";
import type * as SchemaModule from "../../src/encoding/schema.ts";
import { decodeByCborg, encodeByCborg } from "./cborg-oracle.ts";

let judged = 0;

/** How many bodies were held to the library so far. */
export function countJudged(): number {
  return judged;
}

/** The module with a `decodeWith` and an `encodeWith` that compare. */
export function judging(schema: typeof SchemaModule): typeof SchemaModule {
  return {
    ...schema,
    encodeWith: (wanted, value) => {
      const bytes = schema.encodeWith(wanted, value);
      const found = decodeByCborg(bytes);
      expect(found, bytesToHex(bytes)).not.toBe("refused");
      expect(bytesToHex(encodeByCborg(found === "refused" ? 0 : found.value))).toBe(bytesToHex(bytes));
      judged++;
      return bytes;
    },
    decodeWith: (wanted, bytes, sizeMax) => {
      const decoded = schema.decodeWith(wanted, bytes, sizeMax);
      if (bytes.length > sizeMax) return decoded;
      // What is wrong with the encoding is said first, so anything else is said of sound bytes.
      const isEncodingWrong =
        !decoded.ok && (decoded.error.type === "malformed" || decoded.error.type === "not-canonical");
      expect(isEncodingWrong, bytesToHex(bytes)).toBe(decodeByCborg(bytes) === "refused");
      if (decoded.ok) expect(bytesToHex(schema.encodeWith(wanted, decoded.value))).toBe(bytesToHex(bytes));
      judged++;
      return decoded;
    },
  };
}
