/** Deterministic CBOR against hostile bytes. The vectors of others are in the suite of `vectors/`. */
import { describe, expect, it } from "vitest";
import { bytesToHex, concatBytes, decodeCbor, encodeCbor, hexToBytes, limits, type CborValue } from "../src/index.ts";

/** What becomes of bytes, short enough to read in a table. */
function outcomeOf(hex: string): string {
  const decoded = decodeCbor(hexToBytes(hex));
  if (!decoded.ok) return `${decoded.error.type} at ${decoded.error.offset}`;
  expect(bytesToHex(encodeCbor(decoded.value as CborValue))).toBe(hex);
  return "accepted";
}

function nested(depth: number): string {
  return "81".repeat(depth) + "00";
}

describe("hostile CBOR", () => {
  const hostile: readonly (readonly [what: string, hex: string, outcome: string])[] = [
    ["nothing", "", "malformed at 0"],
    ["two items", "0000", "malformed at 1"],
    ["an integer longer than it must be", "1817", "malformed at 0"],
    ["a float that is whole", "fa5e800000", "malformed at 0"],
    ["minus zero", "f98000", "malformed at 0"],
    ["not a number", "f97e00", "malformed at 0"],
    ["a negative integer", "20", "malformed at 0"],
    ["null", "f6", "malformed at 0"],
    ["true", "f5", "malformed at 0"],
    ["undefined", "f7", "malformed at 0"],
    ["a tag", "c24101", "malformed at 0"],
    ["a float inside an array", "8200f93c00", "malformed at 2"],
    ["an array of indefinite length", "9fff", "malformed at 0"],
    ["text of indefinite length", "7fff", "malformed at 0"],
    ["a break", "ff", "malformed at 0"],
    ["a break inside an array", "81ff", "malformed at 1"],
    ["a reserved length", "5c", "malformed at 0"],
    ["bytes that end too soon", "4401", "malformed at 0"],
    ["an array of 2^64 - 1 items", "9bffffffffffffffff", "malformed at 0"],
    ["an array of 2^52 items", "9b0010000000000000", "malformed at 9"],
    ["a map of 2^64 - 1 items", "bbffffffffffffffff", "malformed at 0"],
    ["2^64 - 1 bytes", "5bffffffffffffffff00", "malformed at 0"],
    ["4 GiB of text", "7affffffff61", "malformed at 0"],
    ["a map without its value", "a100", "malformed at 2"],
    ["one key twice", "a200010001", "malformed at 4"],
    ["keys out of order", "a201000000", "not-canonical at 1"],
    ["a text key", "a1616100", "malformed at 1"],
    ["__proto__ as a key", "a1695f5f70726f746f5f5fa0", "malformed at 1"],
    ["an array as a key", "a1800000", "malformed at 1"],
    ["text that is not UTF-8", "61ff", "not-canonical at 0"],
    ["text with a byte order mark, which decoders drop", "64efbbbf61", "not-canonical at 0"],
    ["half a surrogate pair in UTF-8", "63eda080", "not-canonical at 0"],
    ["as deep as a body may be", nested(limits.NESTING_MAX), "accepted"],
    ["one deeper", nested(limits.NESTING_MAX + 1), `malformed at ${limits.NESTING_MAX + 1}`],
    ["very deep", nested(400_000), `malformed at ${limits.NESTING_MAX + 1}`],
    ["the largest integer", "1bffffffffffffffff", "accepted"],
    ["the smallest beyond a double", "1b0020000000000000", "accepted"],
  ];

  it.each(hostile)("[ENC1] %s", (_what, hex, outcome) => {
    expect(outcomeOf(hex)).toBe(outcome);
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

function encodeText(text: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x60 + text.length), text);
}
