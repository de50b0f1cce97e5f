/** The reader against the library: what it accepts is the same value, and it accepts all that is encoded as it should be. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amounts, assetCodes, cborValues, hexOf, plainText } from "../../test/support/arbitraries.ts";
import type { Amount, AssetCode } from "../amount.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import type { EntryId } from "../ids.ts";
import { NESTING_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { decodeCbor, encodeCbor, type CborValue } from "./cbor.ts";
import {
  amountSchema,
  assetSchema,
  body,
  byteString,
  decodeByLibrary,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  idSet,
  integer,
  list,
  mismatch,
  oneOf,
  optional,
  readWith,
  text,
  tuple,
  version,
  type Schema,
} from "./schema.ts";

/** Says nothing about the value, so that the encoding alone decides. */
const anything: Schema<unknown> = { toCbor: (value) => value as CborValue, fromCbor: (value) => value };

/** What the reader makes of bytes. Throws when the library makes something else of what it accepted. */
function outcomeOf<Value>(schema: Schema<Value>, bytes: Uint8Array): "read" | "left to the library" {
  const read = readWith(schema, bytes);
  if (read === undefined) return "left to the library";
  expect(read, bytesToHex(bytes)).toStrictEqual(decodeByLibrary(schema, bytes));
  return "read";
}

function flipped(bytes: Uint8Array, [at, bits]: readonly [number, number]): Uint8Array {
  return bytes.map((byte, index) => (index === at % bytes.length ? byte ^ bits : byte));
}

const flips = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));

describe("any value", () => {
  it.each([
    ["nothing", "", "left to the library"],
    ["two items", "0000", "left to the library"],
    ["23, in the head", "17", "read"],
    ["23 in a byte of its own", "1817", "left to the library"],
    ["24", "1818", "read"],
    ["255 in two bytes", "1900ff", "left to the library"],
    ["256", "190100", "read"],
    ["65,535 in four bytes", "1a0000ffff", "left to the library"],
    ["65,536", "1a00010000", "read"],
    ["2^32 - 1 in eight bytes", "1b00000000ffffffff", "left to the library"],
    ["2^32", "1b0000000100000000", "read"],
    ["the largest that a double holds", "1b001fffffffffffff", "read"],
    ["the smallest beyond a double", "1b0020000000000000", "read"],
    ["the largest of all", "1bffffffffffffffff", "read"],
    ["an integer that ends too soon", "1b00200000000000", "left to the library"],
    ["a reserved argument", "1c", "left to the library"],
    ["a negative integer", "20", "left to the library"],
    ["a tag", "c24101", "left to the library"],
    ["null", "f6", "left to the library"],
    ["bytes that end too soon", "4401", "left to the library"],
    ["2^64 - 1 bytes", "5bffffffffffffffff00", "left to the library"],
    ["bytes of indefinite length", "5f4101ff", "left to the library"],
    ["text", "63414d49", "read"],
    ["text beyond ASCII", "62c3b6", "read"],
    ["text with an overlong character", "62c0af", "left to the library"],
    ["half a surrogate pair in UTF-8", "63eda080", "left to the library"],
    ["text that a decoder repairs", "63efbfbd", "read"],
    ["text with a byte order mark", "64efbbbf61", "left to the library"],
    ["text with one further on", "6461efbbbf", "read"],
    ["an array of 2^52 items", "9b0010000000000000", "left to the library"],
    ["keys in order", "a200000100", "read"],
    ["keys out of order", "a201000000", "left to the library"],
    ["one key twice", "a200010001", "left to the library"],
    ["a text key", "a1616100", "left to the library"],
    ["a key beyond a double", "a11b002000000000000100", "left to the library"],
    ["a map without its value", "a100", "left to the library"],
    ["as deep as a body may be", `${"81".repeat(NESTING_MAX - 1)}a0`, "read"],
    ["one deeper", `${"81".repeat(NESTING_MAX)}a0`, "left to the library"],
    ["many arrays beside one another", `98${(NESTING_MAX + 8).toString(16)}${"80".repeat(NESTING_MAX + 8)}`, "read"],
  ])("[ENC1] %s (%s) is %s", (_what, hex, expected) => {
    expect(outcomeOf(anything, hexToBytes(hex))).toBe(expected);
  });

  it("[ENC1] is read when it is encoded as it should be", () => {
    fc.assert(
      fc.property(cborValues, (value) => {
        const bytes = encodeCbor(value as CborValue);
        expect(outcomeOf(anything, bytes)).toBe(decodeCbor(bytes).ok ? "read" : "left to the library");
      }),
      { numRuns: 1000 },
    );
  });

  it("[ENC1] is what the library finds, whatever happened to its bytes", () => {
    fc.assert(
      fc.property(cborValues, flips, (value, flip) => {
        outcomeOf(anything, flipped(encodeCbor(value as CborValue), flip));
      }),
      { numRuns: 2000 },
    );
  });
});

interface Parcel {
  readonly version: 1;
  readonly asset: AssetCode;
  readonly parts: readonly { readonly count: number; readonly tag: string }[];
  readonly way: Way;
  readonly note?: string;
  readonly stamps?: readonly EntryId[];
  readonly weight?: number;
  readonly contents: Uint8Array;
}

type Way = { readonly type: "by-hand" } | { readonly type: "by-post"; readonly to: EntryId; readonly value?: Amount };

/** Written by hand and without a reader of its own, as a schema of another file may be. */
const even: Schema<number> = {
  toCbor: (value) => value,
  fromCbor: (value, path) => (typeof value === "number" && value % 2 === 0 ? value : mismatch(path, "even number")),
};

const byPost = body<Omit<Extract<Way, { type: "by-post" }>, "type">>({
  to: field(1, id<EntryId>()),
  value: optional(2, amountSchema),
});

/** Every combinator, with optional fields between the others and keys that need a byte of their own. */
const parcelSchema: Schema<Parcel> = body<Parcel>({
  version: field(0, version(1)),
  asset: field(1, assetSchema),
  parts: field(2, list(tuple<Parcel["parts"][number]>({ count: integer(300), tag: hexBytes<string>(4) }), 3)),
  way: field(
    3,
    oneOf<Way>({
      "by-hand": { kind: 0, schema: body<object>({}) },
      "by-post": { kind: 24, schema: byPost },
    }),
  ),
  note: optional(4, text(60)),
  stamps: optional(23, idSet<EntryId>(3)),
  weight: optional(24, even),
  contents: field(500, byteString(40)),
});

const ids = hexOf<EntryId>(32);

const parcels: fc.Arbitrary<Parcel> = fc.record(
  {
    version: fc.constant(1 as const),
    asset: assetCodes,
    parts: fc.array(fc.record({ count: fc.nat(300), tag: hexOf<string>(4) }), { maxLength: 3 }),
    way: fc.oneof(
      fc.record({ type: fc.constant("by-hand" as const) }),
      fc.record({ type: fc.constant("by-post" as const), to: ids, value: amounts }, { requiredKeys: ["type", "to"] }),
    ),
    note: plainText(60),
    stamps: fc.uniqueArray(ids, { minLength: 1, maxLength: 3 }).map((stamps) => stamps.toSorted()),
    weight: fc.nat().map((half) => half * 2),
    contents: fc.uint8Array({ maxLength: 40 }),
  },
  { requiredKeys: ["version", "asset", "parts", "way", "contents"] },
);

describe("a body of every combinator", () => {
  it("[ENC4] is read", () => {
    fc.assert(
      fc.property(parcels, (parcel) => {
        const bytes = encodeWith(parcelSchema, parcel);
        expect(outcomeOf(parcelSchema, bytes)).toBe("read");
        expect(outcomeOf(parcelSchema, Buffer.from(bytes))).toBe("read");
      }),
      { numRuns: 300 },
    );
  });

  it("[ENC4] is what the library finds, whatever happened to its bytes", () => {
    fc.assert(
      fc.property(parcels, flips, (parcel, flip) => {
        outcomeOf(parcelSchema, flipped(encodeWith(parcelSchema, parcel), flip));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["a variant", way("a10000"), "read"],
    ["a variant that names its kind twice", way("a200000000"), "left to the library"],
    ["a variant of no known kind", way("a10005"), "left to the library"],
    ["a variant without a kind", way("a0"), "left to the library"],
    ["a variant with a field too many", way("a200000100"), "left to the library"],
    ["a variant with a field too many and nothing in it", way("a2000001"), "left to the library"],
  ])("[ENC4] %s is %s", (_what, hex, expected) => {
    expect(outcomeOf(parcelSchema, hexToBytes(hex))).toBe(expected);
  });

  it("[ENC4] is left to the library where something in it is beyond its bound", () => {
    function outcomes<Value>(schema: Schema<Value>, ...encoded: readonly string[]): readonly string[] {
      return encoded.map((hex) => outcomeOf(schema, hexToBytes(hex)));
    }
    const atAndBeyond = ["read", "left to the library"];
    expect(outcomes(integer(9), "09", "0a")).toEqual(atAndBeyond);
    expect(outcomes(amountSchema, "1b7fffffffffffffff", "1b8000000000000000")).toEqual(atAndBeyond);
    expect(outcomes(byteString(2), "420000", "43000000")).toEqual(atAndBeyond);
    expect(outcomes(text(2), "626161", "63616161")).toEqual(atAndBeyond);
    expect(outcomes(list(integer(), 2), "820000", "83000000")).toEqual(atAndBeyond);
    expect(outcomes(hexBytes<string>(2), "420000", "43000000")).toEqual(atAndBeyond);
    expect(outcomes(id<EntryId>(), `5820${"00".repeat(32)}`, `5821${"00".repeat(33)}`)).toEqual(atAndBeyond);
  });

  it("[ENC1] is left to the library where schemas nest deeper than bodies may", () => {
    const nested = (depth: number): Schema<unknown> =>
      depth === 0 ? anything : (list(nested(depth - 1), 1) as Schema<unknown>);
    const outcomes = [NESTING_MAX, NESTING_MAX + 1].map((depth) =>
      outcomeOf(nested(depth), hexToBytes(`${"81".repeat(depth)}00`)),
    );
    expect(outcomes).toEqual(["read", "left to the library"]);
  });

  it("[ENC1] keeps bytes of its own, so that keeping ten bytes keeps ten bytes", () => {
    const message = encodeCbor([new Uint8Array(10), new Uint8Array(3000)]);
    const pair = tuple<{ readonly few: Uint8Array; readonly many: Uint8Array }>({
      few: byteString(10),
      many: byteString(3000),
    });
    expect(outcomeOf(pair, message)).toBe("read");
    expect(orThrow(decodeWith(pair, message, message.length)).few.buffer.byteLength).toBe(10);
  });
});

/** A parcel that goes this way. */
function way(hex: string): string {
  return `a500010163414d49028003${hex}1901f440`;
}
