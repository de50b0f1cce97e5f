import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import { orThrow } from "../result.ts";
import {
  body,
  checked,
  decodeWith,
  encodeWith,
  field,
  integer,
  idSet,
  list,
  oneOf,
  optional,
  refined,
  sortedSet,
  text,
  tuple,
  version,
  type Schema,
} from "./schema.ts";
import { encodeCbor, type CborValue } from "./cbor.ts";

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

/** What decoding says of a value under a schema, on its way in and, once checked, on its way out. */
function readAs<Value>(schemaOfValue: Schema<Value>, value: CborValue): string {
  const decoded = decodeWith(schemaOfValue, encodeCbor(value), 256);
  if (decoded.ok) return "read";
  return decoded.error.type === "schema-mismatch"
    ? `${decoded.error.path}: ${decoded.error.expected}`
    : decoded.error.type;
}

describe("values with a condition", () => {
  const even = refined(integer(9), (value) => (value % 2 === 0 ? undefined : "an even number"));

  it("[ENC4] the condition is asked only of what is otherwise right, and says what was expected", () => {
    expect(readAs(even, 4)).toBe("read");
    expect(readAs(even, 5)).toBe(": an even number");
    expect(readAs(even, 10)).toBe(": whole number up to 9");
    expect(readAs(list(even, 3), [2, 4, 7])).toBe("[2]: an even number");
    expect(readAs(tuple<{ a: number; b: number }>({ a: even, b: even }), [2, 3])).toBe(".b: an even number");
  });

  it("[ENC4] what does not meet it is never signed", () => {
    expect(encodeWith(checked(even), 4)).toEqual(hexToBytes("04"));
    expect(() => encodeWith(checked(even), 5)).toThrow("an even number");
  });
});

describe("sets", () => {
  const words = sortedSet(text(8), 3, (word) => word);
  const expected = ": 1 to 3 in ascending order, each once";

  it("[ENC5] one set has one encoding: ascending, each once, not empty, within its bound", () => {
    expect(readAs(words, ["a"])).toBe("read");
    expect(readAs(words, ["a", "aa", "b"])).toBe("read");
    expect(readAs(words, [])).toBe(expected);
    expect(readAs(words, ["b", "a"])).toBe(expected);
    expect(readAs(words, ["a", "a"])).toBe(expected);
    expect(readAs(words, ["a", "c", "b"])).toBe(expected);
    expect(readAs(words, ["a", "b", "c", "d"])).toBe(": list of at most 3");
    expect(readAs(words, "a")).toBe(": list of at most 3");
    expect(readAs(words, ["a", 1])).toBe("[1]: plain text of at most 8 bytes");
  });

  it("[ENC5] members are told apart by a name of theirs, whatever else they say", () => {
    const rows = sortedSet(
      tuple<{ name: string; value: number }>({ name: text(8), value: integer() }),
      3,
      ({ name }) => name,
    );
    expect(
      readAs(rows, [
        ["a", 9],
        ["b", 1],
      ]),
    ).toBe("read");
    expect(
      readAs(rows, [
        ["a", 1],
        ["a", 2],
      ]),
    ).toBe(expected);
  });

  it("[ENC5] ids stand in the order of their bytes", () => {
    const id = (byte: string): Uint8Array => hexToBytes(byte.repeat(32));
    expect(readAs(idSet(3), [id("09"), id("0a"), id("a0")])).toBe("read");
    expect(readAs(idSet(3), [id("0a"), id("09")])).toBe(expected);
    expect(readAs(idSet(3), [id("0a").subarray(1)])).toBe("[0]: 32 bytes");
  });
});

describe("one of several bodies", () => {
  type Shape = { readonly type: "dot" } | { readonly type: "line"; readonly length: number };
  const shape = oneOf<Shape>({
    dot: { kind: 0, schema: body<object>({}) },
    line: { kind: 1, schema: body<{ length: number }>({ length: field(1, integer(9)) }) },
  });
  const fields = (...pairs: readonly (readonly [number, CborValue])[]): CborValue => new Map(pairs);

  it("[ENC4] field 0 says which, and the others are that body's and no other's", () => {
    expect(readAs(shape, fields([0, 0]))).toBe("read");
    expect(readAs(shape, fields([0, 1], [1, 9]))).toBe("read");
    expect(readAs(shape, fields([0, 0], [1, 9]))).toBe(": no other fields");
    expect(readAs(shape, fields([0, 1]))).toBe(".length: to be present");
    expect(readAs(shape, fields([0, 2]))).toBe(": known kind");
    expect(readAs(shape, fields([1, 9]))).toBe(": known kind");
    expect(readAs(shape, [0])).toBe(": map");
    expect(encodeWith(shape, { type: "line", length: 5 })).toEqual(hexToBytes("a200010105"));
    expect(() => encodeWith(shape, { type: "circle" } as unknown as Shape)).toThrow(AssertionFailed);
    expect(() => encodeWith(checked(shape), { type: "circle" } as unknown as Shape)).toThrow(AssertionFailed);
  });
});
