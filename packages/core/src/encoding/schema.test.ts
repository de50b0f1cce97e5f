import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import { orThrow } from "../result.ts";
import { body, checked, decodeWith, encodeWith, field, integer, optional, text, version } from "./schema.ts";

interface Note {
  readonly version: 1;
  readonly count: number;
  readonly title?: string;
}

const schema = body<Note>({ version: field(0, version(1)), count: field(1, integer(9)), title: optional(2, text(12)) });

function outcome(hex: string): string {
  const decoded = decodeWith(schema, hexToBytes(hex), 64);
  if (decoded.ok) return "read";
  return decoded.error.type === "schema-mismatch"
    ? `${decoded.error.path}: ${decoded.error.expected}`
    : decoded.error.type;
}

describe("bodies", () => {
  it.each([
    ["a200010105", "read"],
    ["a300010105026161", "read"],
    ["a20001010a", ".count: whole number up to 9"],
    ["a2000101190100", ".count: whole number up to 9"],
    ["a10001", ".count: to be present"],
    ["a3000101050700", ": no other fields"],
    ["a3000101050260", ".title: plain text of at most 12 bytes"],
    ["a300010105026d" + "61".repeat(13), ".title: plain text of at most 12 bytes"],
    ["a200020105", "unsupported-version"],
    ["a20041010105", ".version: 1"],
    ["80", ": map"],
    ["05", ": map"],
  ])("[ENC4] %s: %s", (hex, expected) => {
    expect(outcome(hex)).toBe(expected);
  });

  it("[ENC4] a body beyond its bound is not even decoded", () => {
    expect(decodeWith(schema, new Uint8Array(65), 64)).toEqual({
      ok: false,
      error: { type: "too-large", size: 65, sizeMax: 64 },
    });
  });

  it("[ENC4] a checked schema encodes nothing that it would not decode", () => {
    const strict = checked(schema);
    expect(encodeWith(strict, { version: 1, count: 9 })).toEqual(hexToBytes("a200010109"));
    expect(() => encodeWith(strict, { version: 1, count: 10 })).toThrow(AssertionFailed);
    expect(() => encodeWith(strict, { version: 1, count: 1, title: "" })).toThrow(AssertionFailed);
  });

  it("[ENC4] only defects of ours are thrown", () => {
    expect(() => hexToBytes("0")).toThrow(AssertionFailed);
    expect(() => hexToBytes("zz")).toThrow(AssertionFailed);
    expect(() => orThrow({ ok: false, error: { type: "too-large", size: 1n } })).toThrow(AssertionFailed);
  });
});
