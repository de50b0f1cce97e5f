/** Bodies of every combinator: they come back, and what is accepted of damaged ones is what the library accepts. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amounts, assetCodes, hexOf, plainText } from "../../test/support/arbitraries.ts";
import { decodeByCborg, encodeByCborg } from "../../test/support/cborg-oracle.ts";
import type { Amount, AssetCode } from "../amount.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import type { EntryId } from "../ids.ts";
import { NESTING_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { encodeCbor } from "./cbor.ts";
import {
  amountSchema,
  assetSchema,
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  idSet,
  integer,
  list,
  oneOf,
  optional,
  refined,
  text,
  tuple,
  version,
  type Schema,
} from "./schema.ts";

/** What becomes of bytes under a schema, and whether the library would have it so. */
function outcomeOf<Value>(schema: Schema<Value>, bytes: Uint8Array): string {
  const decoded = decodeWith(schema, bytes, bytes.length);
  const isSound = decoded.ok || !("offset" in decoded.error);
  expect(isSound, bytesToHex(bytes)).toBe(decodeByCborg(bytes) !== "refused");
  const again = decoded.ok ? encodeWith(schema, decoded.value) : bytes;
  expect(bytesToHex(again)).toBe(bytesToHex(bytes));
  if (decoded.ok) return "read";
  const { error } = decoded;
  return error.type === "schema-mismatch" ? `${error.path}: ${error.expected}` : error.type;
}

/** The encoding of an id. */
const id32 = `5820${"00".repeat(32)}`;

const damages = fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }), isCut: fc.boolean() });

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

const even = refined(integer(), (value) => (value % 2 === 0 ? undefined : "even number"));

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
    parts: fc.array(fc.record({ count: fc.nat(300), tag: hexOf<string>(4) }, { noNullPrototype: true }), {
      maxLength: 3,
    }),
    way: fc.oneof(
      fc.record({ type: fc.constant("by-hand" as const) }, { noNullPrototype: true }),
      fc.record(
        { type: fc.constant("by-post" as const), to: ids, value: amounts },
        { requiredKeys: ["type", "to"], noNullPrototype: true },
      ),
    ),
    note: plainText(60),
    stamps: fc.uniqueArray(ids, { minLength: 1, maxLength: 3 }).map((stamps) => stamps.toSorted()),
    weight: fc.nat().map((half) => half * 2),
    contents: fc.uint8Array({ maxLength: 40 }),
  },
  { requiredKeys: ["version", "asset", "parts", "way", "contents"], noNullPrototype: true },
);

describe("a body of every combinator", () => {
  it("[ENC4] is encoded as the library would, and comes back", () => {
    fc.assert(
      fc.property(parcels, (parcel) => {
        const bytes = encodeWith(parcelSchema, parcel);
        const judged = decodeByCborg(bytes);
        expect(judged !== "refused" && bytesToHex(encodeByCborg(judged.value))).toBe(bytesToHex(bytes));
        for (const given of [bytes, Buffer.from(bytes)]) {
          expect(orThrow(decodeWith(parcelSchema, given, bytes.length))).toStrictEqual(parcel);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("[ENC1] is never accepted where the library refuses it, and never called badly encoded where it is not", () => {
    fc.assert(
      fc.property(parcels, damages, (parcel, { at, bits, isCut }) => {
        const bytes = encodeWith(parcelSchema, parcel);
        const place = at % bytes.length;
        const damaged = isCut
          ? Uint8Array.of(...bytes.subarray(0, place), ...bytes.subarray(place + 1))
          : bytes.map((byte, index) => (index === place ? byte ^ bits : byte));
        outcomeOf(parcelSchema, damaged);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["a variant", way("a10000"), "read"],
    ["a variant that names its kind twice", way("a200000000"), "not-canonical"],
    ["a variant of no known kind", way("a10005"), ".way: known kind"],
    ["a variant without a kind", way("a0"), ".way: known kind"],
    ["a variant with a field too many", way("a200000100"), ".way: no other fields"],
    [
      "a variant whose last field is of another type",
      way(`a300181801${id32}0240`),
      ".way.value: amount from 0 to 2^63 - 1",
    ],
    ["a variant with no value for its last field", way(`a300181801${id32}0200`), "read"],
    ["one whose kind is no number", way("a10041aa"), ".way: known kind"],
    ["no variant but a number", way("07"), ".way: map"],
  ])("[ENC4] %s (%s) is: %s", (_what, hex, expected) => {
    expect(outcomeOf(parcelSchema, hexToBytes(hex))).toBe(expected);
  });

  it.each([
    ["in a list of tuples", `a500010163414d490281820141aa03a100001901f440`, ".parts[0].tag: 4 bytes"],
    [
      "in a later one",
      `a500010163414d4902828200448899aabb82190200448899aabb03a100001901f440`,
      ".parts[1].count: whole number up to 300",
    ],
    ["a tuple of another length", `a500010163414d490281810003a100001901f440`, ".parts[0]: array of 2"],
    ["a field unknown between others", `a600010163414d49028003a1000018190018ff00`, ": no other fields"],
    ["a field that is missing between others", `a400010163414d4902801901f440`, ".way: to be present"],
    ["a field that is missing at the end", `a400010163414d49028003a10000`, ".contents: to be present"],
    ["a condition that does not hold", `a600010163414d49028003a100001818051901f440`, ".weight: even number"],
    ["another version", `a100182a`, "unsupported-version"],
    ["another version of bytes that are not sound", `a100182a00`, "malformed"],
    [
      "a wrong field before a head that is too long",
      `a500010141aa028003a10000190001f440`.replace("190001f4", "1a000001f4"),
      "not-canonical",
    ],
  ])("[ENC4] says where: %s", (_what, hex, expected) => {
    expect(outcomeOf(parcelSchema, hexToBytes(hex))).toBe(expected);
  });

  it("[ENC4] what is beyond its bound is a mismatch", () => {
    function outcomes<Value>(schema: Schema<Value>, ...encoded: readonly string[]): readonly string[] {
      return encoded.map((hex) => outcomeOf(schema, hexToBytes(hex)));
    }
    expect(outcomes(integer(9), "09", "0a")).toEqual(["read", ": whole number up to 9"]);
    expect(outcomes(integer(), "1b001fffffffffffff", "1b0020000000000000")).toEqual([
      "read",
      ": whole number up to 9007199254740991",
    ]);
    expect(outcomes(amountSchema, "1b7fffffffffffffff", "1b8000000000000000")).toEqual([
      "read",
      ": amount from 0 to 2^63 - 1",
    ]);
    expect(outcomes(byteString(2), "420000", "43000000")).toEqual(["read", ": at most 2 bytes"]);
    expect(outcomes(text(2), "626161", "63616161")).toEqual(["read", ": plain text of at most 2 bytes"]);
    expect(outcomes(list(integer(), 2), "820000", "83000000")).toEqual(["read", ": list of at most 2"]);
    expect(outcomes(hexBytes<string>(2), "420000", "43000000")).toEqual(["read", ": 2 bytes"]);
    expect(outcomes(id<EntryId>(), id32, `5821${"00".repeat(33)}`)).toEqual(["read", ": 32 bytes"]);
  });

  it("[ENC1] is malformed where schemas nest deeper than bodies may", () => {
    const nested = (depth: number): Schema<unknown> =>
      depth === 0 ? (integer() as Schema<unknown>) : (list(nested(depth - 1), 1) as Schema<unknown>);
    const outcomes = [NESTING_MAX, NESTING_MAX + 1].map((depth) =>
      outcomeOf(nested(depth), hexToBytes(`${"81".repeat(depth)}00`)),
    );
    expect(outcomes).toEqual(["read", "malformed"]);
  });

  it("[ENC1] keeps bytes of its own, so that keeping ten bytes keeps ten bytes", () => {
    const message = encodeCbor([new Uint8Array(10), new Uint8Array(3000)]);
    const pair = tuple<{ readonly few: Uint8Array; readonly many: Uint8Array }>({
      few: byteString(10),
      many: byteString(3000),
    });
    expect(orThrow(decodeWith(pair, message, message.length)).few.buffer.byteLength).toBe(10);
  });
});

/** A parcel that goes this way. */
function way(hex: string): string {
  return `a500010163414d49028003${hex}1901f440`;
}
