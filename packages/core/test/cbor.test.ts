/**
 * Deterministic CBOR against hostile bytes and against the library, which is the judge of what may be accepted and as
 * what. The vectors of others are in the suite of `vectors/`.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AssertionFailed,
  bytesToHex,
  concatBytes,
  decodeCbor,
  encodeCbor,
  hexToBytes,
  limits,
  type CborValue,
} from "../src/index.ts";
import { cborValues } from "./support/arbitraries.ts";
import { decodeByCborg, encodeByCborg } from "./support/cborg-oracle.ts";

/** What becomes of bytes, short enough to read in a table. Throws when the library finds something else. */
function outcomeOf(bytes: Uint8Array): string {
  const decoded = decodeCbor(bytes);
  const found = decoded.ok ? { value: decoded.value } : "refused";
  expect(found, bytesToHex(bytes)).toStrictEqual(decodeByCborg(bytes));
  const again = decoded.ok ? encodeCbor(decoded.value) : bytes;
  expect(bytesToHex(again)).toBe(bytesToHex(bytes));
  return decoded.ok ? "accepted" : `${decoded.error.type} at ${decoded.error.offset}: ${decoded.error.reason}`;
}

function nested(depth: number): string {
  return "81".repeat(depth) + "00";
}

describe("hostile CBOR", () => {
  const hostile: readonly (readonly [what: string, hex: string, outcome: string])[] = [
    ["nothing", "", "malformed at 0: bytes end too soon"],
    ["two items", "0000", "malformed at 1: bytes after the end"],
    ["23 in a byte of its own", "1817", "not-canonical at 0: a head that is longer than it must be"],
    ["255 in two bytes", "1900ff", "not-canonical at 0: a head that is longer than it must be"],
    ["65,535 in four bytes", "1a0000ffff", "not-canonical at 0: a head that is longer than it must be"],
    ["2^32 - 1 in eight bytes", "1b00000000ffffffff", "not-canonical at 0: a head that is longer than it must be"],
    ["2^53 that ends too soon", "1b00200000000000", "malformed at 0: bytes end too soon"],
    ["a length longer than it must be", "581700", "not-canonical at 0: a head that is longer than it must be"],
    ["a key longer than it must be", "a1180100", "not-canonical at 1: a head that is longer than it must be"],
    ["a float that is whole", "fa5e800000", "malformed at 0: a kind of value that bodies do not have"],
    ["minus zero", "f98000", "malformed at 0: a kind of value that bodies do not have"],
    ["not a number", "f97e00", "malformed at 0: a kind of value that bodies do not have"],
    ["a negative integer", "20", "malformed at 0: a kind of value that bodies do not have"],
    ["null", "f6", "malformed at 0: a kind of value that bodies do not have"],
    ["true", "f5", "malformed at 0: a kind of value that bodies do not have"],
    ["undefined", "f7", "malformed at 0: a kind of value that bodies do not have"],
    ["a tag", "c24101", "malformed at 0: a kind of value that bodies do not have"],
    ["a float inside an array", "8200f93c00", "malformed at 2: a kind of value that bodies do not have"],
    ["an array of indefinite length", "9fff", "not-canonical at 0: a length that is not given at the start"],
    ["a map of indefinite length", "bfff", "not-canonical at 0: a length that is not given at the start"],
    ["bytes of indefinite length", "5f4101ff", "not-canonical at 0: a length that is not given at the start"],
    ["text of indefinite length", "7fff", "not-canonical at 0: a length that is not given at the start"],
    ["an integer of indefinite length", "1f", "malformed at 0: a head of no meaning"],
    ["a break", "ff", "malformed at 0: a kind of value that bodies do not have"],
    ["a break inside an array", "81ff", "malformed at 1: a kind of value that bodies do not have"],
    ["a reserved length", "5c", "malformed at 0: a head of no meaning"],
    ["a reserved integer", "1e", "malformed at 0: a head of no meaning"],
    ["bytes that end too soon", "4401", "malformed at 0: bytes end too soon"],
    ["an array that ends too soon", "8200", "malformed at 0: bytes end too soon"],
    ["an array that ends within an item", "824101", "malformed at 3: bytes end too soon"],
    ["an array of 2^64 - 1 items", "9bffffffffffffffff", "malformed at 0: bytes end too soon"],
    ["an array of 2^52 items", "9b0010000000000000", "malformed at 0: bytes end too soon"],
    ["a map of 2^64 - 1 items", "bbffffffffffffffff", "malformed at 0: bytes end too soon"],
    ["2^64 - 1 bytes", "5bffffffffffffffff00", "malformed at 0: bytes end too soon"],
    ["4 GiB of text", "7affffffff61", "malformed at 0: bytes end too soon"],
    ["a map without its value", "a100", "malformed at 0: bytes end too soon"],
    ["a map that ends before a key", "a20043010101", "malformed at 6: bytes end too soon"],
    ["one key twice", "a200010001", "not-canonical at 3: one key twice"],
    ["keys out of order", "a201000000", "not-canonical at 3: keys that do not ascend"],
    ["a text key", "a1616100", "malformed at 1: a key that is no whole number up to 2^53 - 1"],
    ["__proto__ as a key", "a1695f5f70726f746f5f5fa0", "malformed at 1: a key that is no whole number up to 2^53 - 1"],
    ["an array as a key", "a1800000", "malformed at 1: a key that is no whole number up to 2^53 - 1"],
    ["a key beyond a double", "a11b002000000000000000", "malformed at 1: a key that is no whole number up to 2^53 - 1"],
    ["text that is not UTF-8", "61ff", "not-canonical at 0: text that is not UTF-8"],
    ["text with an overlong character", "62c0af", "not-canonical at 0: text that is not UTF-8"],
    [
      "text with a byte order mark, which decoders drop",
      "64efbbbf61",
      "not-canonical at 0: text that begins with a byte order mark",
    ],
    ["half a surrogate pair in UTF-8", "63eda080", "not-canonical at 0: text that is not UTF-8"],
    ["trouble after trouble", "82181720", "not-canonical at 1: a head that is longer than it must be"],
    ["as deep as a body may be", nested(limits.NESTING_MAX), "accepted"],
    [
      "one deeper",
      nested(limits.NESTING_MAX + 1),
      `malformed at ${limits.NESTING_MAX}: arrays and maps nested too deeply`,
    ],
    ["very deep", nested(400_000), `malformed at ${limits.NESTING_MAX}: arrays and maps nested too deeply`],
    ["many arrays beside one another", `9818${"80".repeat(24)}`, "accepted"],
    ["the largest that a double holds", "1b001fffffffffffff", "accepted"],
    ["the smallest beyond a double", "1b0020000000000000", "accepted"],
    ["the largest integer", "1bffffffffffffffff", "accepted"],
    ["the largest key", "a11b001fffffffffffff00", "accepted"],
    ["text beyond ASCII", "62c3b6", "accepted"],
    ["the character that decoders put for what they cannot read", "63efbfbd", "accepted"],
    ["text with a byte order mark further on", "6461efbbbf", "accepted"],
  ];

  it.each(hostile)("[ENC1] %s", (_what, hex, outcome) => {
    expect(outcomeOf(hexToBytes(hex))).toBe(outcome);
  });

  it("[ENC1] a Buffer decodes as the same bytes in a plain array", () => {
    const bytes = encodeCbor(new Map<number, CborValue>([[0, Uint8Array.of(1, 2, 3)]]));
    const decoded = decodeCbor(Buffer.from(bytes));
    expect(decoded).toEqual(decodeCbor(bytes));
  });

  it("[ENC1] encoded bytes own their buffer, so that keeping ten bytes keeps ten bytes", () => {
    const bytes = encodeCbor([new Uint8Array(3000), "a memo"]);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it("[ENC1] a reason never carries what a peer wrote", () => {
    const text = new TextEncoder().encode("\u202Epay mallory");
    const decoded = decodeCbor(concatBytes(Uint8Array.of(0xa2), encodeText(text), Uint8Array.of(0), encodeText(text)));
    expect(!decoded.ok && JSON.stringify(decoded.error)).not.toContain("mallory");
  });
});

describe("any value", () => {
  it("[ENC1] is encoded to the bytes that the library makes of it, and decoded to what the library finds", () => {
    fc.assert(
      fc.property(cborValues, (value) => {
        const bytes = encodeCbor(value as CborValue);
        expect(bytesToHex(bytes)).toBe(bytesToHex(encodeByCborg(value)));
        outcomeOf(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it("[ENC1] is what the library finds, or nothing, whatever happened to its bytes", () => {
    const flips = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(cborValues, fc.array(flips, { minLength: 1, maxLength: 3 }), (value, damage) => {
        const bytes = encodeCbor(value as CborValue);
        for (const [at, bits] of damage) bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ bits;
        outcomeOf(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it("[ENC1] is what the library finds in bytes that nobody encoded", () => {
    // Mostly heads, for bytes at random seldom get beyond their first.
    const byte = fc.oneof(
      fc.constantFrom(0, 1, 0x17, 0x18, 0x19, 0x1b, 0x40, 0x41, 0x58, 0x60, 0x61, 0x62, 0x80, 0x81, 0x82, 0x98, 0xa0),
      fc.constantFrom(0xa1, 0xa2, 0xb8, 0xc3, 0xa4, 0xed, 0xef, 0xbb, 0xbf, 0xff, 0x1f, 0x5f, 0x9f, 0x1c),
      fc.nat(255),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 24 }), (bytes) => {
        outcomeOf(Uint8Array.from(bytes));
      }),
      { numRuns: 20_000 },
    );
  });

  it("[ENC1] is what the library finds in any two bytes, alone and in an array", () => {
    for (let pair = 0; pair < 0x1_0000; pair++) {
      const [first, second] = [pair >> 8, pair & 0xff];
      const [alone, within] = [Uint8Array.of(first, second), Uint8Array.of(0x81, first, second)];
      for (const bytes of [alone, within]) {
        if (decodeCbor(bytes).ok !== (decodeByCborg(bytes) !== "refused")) outcomeOf(bytes);
      }
    }
  });
});

describe("what cannot be encoded", () => {
  const defects: readonly (readonly [what: string, value: CborValue])[] = [
    ["a negative integer", -1],
    ["a negative big integer", -1n],
    ["a fraction", 0.5],
    ["not a number", Number.NaN],
    ["a number that a double does not hold exactly", 2 ** 53],
    ["2^64", 2n ** 64n],
    ["a negative key", new Map([[-1, 0]])],
    ["half a surrogate pair", "\uD83D"],
    ["the other half", "\uDE00"],
    ["two halves in the wrong order", "\uDE00\uD83D"],
  ];

  it.each(defects)("[ENC1] %s is a defect of ours", (_what, value) => {
    expect(() => encodeCbor(value)).toThrow(AssertionFailed);
    // What was half written is in nobody's way.
    expect(encodeCbor([0])).toEqual(hexToBytes("8100"));
  });
});

function encodeText(text: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x60 + text.length), text);
}
