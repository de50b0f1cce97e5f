import { describe, expect, it } from "vitest";
import { encodeByCborg } from "../../test/support/cborg-oracle.ts";
import { AssertionFailed } from "../assert.ts";
import { bytesToHex } from "../bytes.ts";
import { encodeCbor, type CborValue } from "./cbor.ts";
import { body, encodeWith, field, hexBytes, integer, list, tuple, type FieldsOf, type Schema } from "./schema.ts";
import { writeWhole, writeUnsigned } from "./writer.ts";

/** Around every argument at which a head grows. */
const EDGES = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];

function expectAsByLibrary(value: CborValue): void {
  expect(bytesToHex(encodeCbor(value)).slice(0, 64)).toBe(bytesToHex(encodeByCborg(value)).slice(0, 64));
  expect(Buffer.compare(encodeCbor(value), encodeByCborg(value))).toBe(0);
}

describe("what is written", () => {
  it("[ENC1] has the shortest heads, as numbers and as big ones", () => {
    for (const edge of EDGES) {
      expectAsByLibrary(edge);
      expectAsByLibrary(BigInt(edge));
    }
    for (const edge of [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]) expectAsByLibrary(edge);
  });

  it("[ENC1] has room for whatever is long, and a short body after it", () => {
    for (const length of [23, 24, 255, 256, 4087, 4096, 65_535, 65_536, 300_000]) {
      expectAsByLibrary(new Uint8Array(length).fill(7));
      expectAsByLibrary("a".repeat(length));
      expectAsByLibrary("ö".repeat(length));
      expectAsByLibrary(Array.from({ length }, (_, index) => index));
      expectAsByLibrary(new Map(Array.from({ length }, (_, index) => [length - index, index])));
      expectAsByLibrary(1);
    }
  });

  it("[ENC1] text has a head of its bytes, not of its characters", () => {
    for (const length of [7, 8, 11, 12, 23, 85, 86, 127, 128]) {
      for (const character of ["a", "ö", "咖", "😀"]) expectAsByLibrary([character.repeat(length), 1]);
    }
  });

  it("[ENC1] is the same when something else is encoded meanwhile", () => {
    const within: Uint8Array[] = [];
    const bytes = writeWhole((writer) => {
      writeUnsigned(writer, 1);
      within.push(encodeCbor([2, 3]));
      writeUnsigned(writer, 4);
    });
    expect([bytes, ...within].map(bytesToHex)).toEqual(["0104", "820203"]);
  });

  it("[ENC4] hex becomes bytes, in either case, and anything else is a defect of ours", () => {
    const rows = list(hexBytes<string>(4), 2);
    expect(bytesToHex(encodeWith(rows, ["00ff7faa", "DEADBEEF"]))).toBe("824400ff7faa44deadbeef");
    for (const wrong of ["0", "0g", "g0", "::", "//", "@@", "``", "0\u0661", "\uFF11\uFF11", "0x", " 0"]) {
      expect(() => encodeWith(rows, [wrong]), wrong).toThrow(AssertionFailed);
    }
  });

  it("[ENC4] an array without one of its members is a defect of ours", () => {
    const pair = tuple<{ a: string; b: string }>({ a: hexBytes(1), b: hexBytes(1) });
    expect(bytesToHex(encodeWith(pair, { a: "00", b: "ff" }))).toBe("82410041ff");
    expect(() => encodeWith(pair, { a: "00" } as unknown as { a: string; b: string })).toThrow(AssertionFailed);
  });

  it("[ENC4] a body has at most 23 fields, and says so at the first one that has more", () => {
    const names = Array.from({ length: 24 }, (_, index) => `field${index}`);
    const schemaOf = (count: number): Schema<Record<string, number>> => {
      const fields = Object.fromEntries(names.slice(0, count).map((name, key) => [name, field(key, integer())]));
      return body<Record<string, number>>(fields as unknown as FieldsOf<Record<string, number>>);
    };
    const value = Object.fromEntries(names.map((name, key) => [name, key]));
    expect(encodeWith(schemaOf(23), value)[0]).toBe(0xa0 + 23);
    expect(() => encodeWith(schemaOf(24), value)).toThrow(AssertionFailed);
    expect(bytesToHex(encodeWith(tuple<{ a: number }>({ a: integer() }), { a: 24 }))).toBe("811818");
  });
});
