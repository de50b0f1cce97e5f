/**
 * Schemas of bodies: how a typed value is written, and what bytes are read as one. A schema is these two functions;
 * combinators build a body's schema out of its fields, so that the table in the spec and the code read alike. Values go
 * straight from bytes and into bytes, with nothing in between. `decodeWith` is the only way in, `encodeWith` the only way
 * out (spec [ENC4]).
 */
import { isAmount, isAssetCode, type Amount, type AssetCode } from "../amount.ts";
import { assert } from "../assert.ts";
import { ASSET_CODE_LENGTH_MAX, INTEGER_MAX } from "../limits.ts";
import type { Id } from "../ids.ts";
import { err, type Result } from "../result.ts";
import { decodeCbor } from "./cbor.ts";
import { isPlainText } from "./plain-text.ts";
import {
  closeArray,
  mismatch,
  nextKey,
  openArray,
  openMap,
  readByteString,
  readHex,
  readInteger,
  readText,
  readUnsigned,
  readWhole,
  stop,
  stoppedWithin,
  type OpenMap,
  type Reader,
  type ReadError,
} from "./reader.ts";
import {
  fillMapHead,
  reserveMapHead,
  writeArrayHead,
  writeBytes,
  writeHex,
  writeText,
  writeUnsigned,
  writeWhole,
  type Writer,
} from "./writer.ts";

/** Why bytes are not a body of the wanted kind. Every kind names what was found. */
export type DecodeError =
  | ReadError
  | { readonly type: "too-large"; readonly size: number; readonly sizeMax: number }
  | { readonly type: "wrong-network"; readonly expected: string; readonly found: string };

export interface Schema<Value> {
  readonly write: (writer: Writer, value: Value) => void;
  readonly read: (reader: Reader) => Value;
}

/** A schema of a map, which `oneOf` can put behind the number of a kind. */
export interface BodySchema<Value> extends Schema<Value> {
  /** Writes the fields without the map's head: how many they are. */
  readonly writeFields: (writer: Writer, value: Value) => number;
  /** Reads the rest of a map that is open already, and adds its fields to `members`. */
  readonly readFields: (reader: Reader, map: OpenMap, members: Record<string, unknown>) => Value;
}

export function encodeWith<Value>(schema: Schema<Value>, value: Value): Uint8Array {
  return writeWhole((writer) => schema.write(writer, value));
}

/** Strict decoding of one body. Never throws, whatever the bytes. */
export function decodeWith<Value>(
  schema: Schema<Value>,
  bytes: Uint8Array,
  sizeMax: number,
): Result<Value, DecodeError> {
  if (bytes.length > sizeMax) return err({ type: "too-large", size: bytes.length, sizeMax });
  const decoded = readWhole(bytes, schema.read);
  if (decoded.ok || "offset" in decoded.error) return decoded;
  // Only sound bytes say anything about a schema: trouble with the encoding counts first, though it be further on.
  const anything = decodeCbor(bytes);
  return anything.ok ? decoded : anything;
}

/**
 * A schema for what is signed or hashed for good: encoding a value that strict decoding would refuse is a defect of the
 * caller and throws, before there is a signature that nobody can use.
 */
export function checked<Value>(schema: Schema<Value>): Schema<Value> {
  return {
    write: (writer, value) => {
      const start = writer.length;
      schema.write(writer, value);
      const again = readWhole(writer.bytes.subarray(start, writer.length), schema.read);
      assert(again.ok, again.ok ? "" : `what is signed can be decoded again: ${JSON.stringify(again.error)}`);
    },
    read: schema.read,
  };
}

/** A schema with a condition on the whole value: `whyNot` says what was expected where it does not hold. */
export function refined<Value>(
  schema: BodySchema<Value>,
  whyNot: (value: Value) => string | undefined,
): BodySchema<Value>;
export function refined<Value>(schema: Schema<Value>, whyNot: (value: Value) => string | undefined): Schema<Value>;
export function refined<Value>(
  schema: Schema<Value> | BodySchema<Value>,
  whyNot: (value: Value) => string | undefined,
): Schema<Value> {
  const accepted = (reader: Reader, value: Value): Value => {
    const expected = whyNot(value);
    return expected === undefined ? value : mismatch(reader, expected);
  };
  const read = (reader: Reader): Value => accepted(reader, schema.read(reader));
  if (!("readFields" in schema)) return { write: schema.write, read };
  const refinedBody: BodySchema<Value> = {
    ...schema,
    read,
    readFields: (reader, map, members) => accepted(reader, schema.readFields(reader, map, members)),
  };
  return refinedBody;
}

/** A whole number from 0 to 2^53 - 1. */
export function integer<Value extends number = number>(max: number = INTEGER_MAX): Schema<Value> {
  const expected = `whole number up to ${max}`;
  return {
    write: writeUnsigned,
    read: (reader) => {
      const value = readInteger(reader, expected);
      return value <= max ? (value as Value) : mismatch(reader, expected);
    },
  };
}

/** The version that a body begins with. Another one is no mismatch: it may be of a later version of this software. */
export function version<Value extends number>(expected: Value): Schema<Value> {
  return {
    write: (writer) => writeUnsigned(writer, expected),
    read: (reader) => {
      const found = readInteger(reader, `${expected}`);
      return found === expected ? expected : stop(reader, { type: "unsupported-version", version: found });
    },
  };
}

export const amountSchema: Schema<Amount> = {
  write: writeUnsigned,
  read: (reader) => {
    const expected = "amount from 0 to 2^63 - 1";
    const value = BigInt(readUnsigned(reader, expected));
    return isAmount(value) ? value : mismatch(reader, expected);
  },
};

/** 32 bytes, held as branded hex. */
export function id<Kind extends Id>(): Schema<Kind> {
  return hexBytes(32);
}

/** A fixed number of bytes, held as (branded) hex. */
export function hexBytes<Value extends string>(length: number): Schema<Value> {
  const expected = `${length} bytes`;
  return {
    write: writeHex,
    read: (reader) => readHex(reader, length, expected) as Value,
  };
}

export function byteString(lengthMax: number): Schema<Uint8Array> {
  const expected = `at most ${lengthMax} bytes`;
  return {
    write: writeBytes,
    read: (reader) => readByteString(reader, lengthMax, expected),
  };
}

/** Text that `isPlainText` allows. */
export function text(bytesMax: number): Schema<string> {
  return word(
    bytesMax,
    (value): value is string => isPlainText(value, bytesMax),
    `plain text of at most ${bytesMax} bytes`,
  );
}

/** Text of a form of its own: `expected` names it. */
export function word<Value extends string>(
  bytesMax: number,
  isOne: (value: string) => value is Value,
  expected: string,
): Schema<Value> {
  return {
    write: writeText,
    read: (reader) => {
      const value = readText(reader, bytesMax, expected);
      return isOne(value) ? value : mismatch(reader, expected);
    },
  };
}

export const assetSchema: Schema<AssetCode> = word(ASSET_CODE_LENGTH_MAX, isAssetCode, "asset code");

export function list<Value>(item: Schema<Value>, lengthMax: number): Schema<readonly Value[]> {
  const expected = `list of at most ${lengthMax}`;
  return {
    write: (writer, values) => {
      writeArrayHead(writer, values.length);
      for (const value of values) item.write(writer, value);
    },
    read: (reader) => {
      const length = openArray(reader, expected);
      if (length > lengthMax) mismatch(reader, expected);
      const items: Value[] = [];
      try {
        while (items.length < length) items.push(item.read(reader));
      } catch (error) {
        stoppedWithin(reader, `[${items.length}]`);
        throw error;
      }
      closeArray(reader);
      return items;
    },
  };
}

/**
 * Something that has a name, at least once, none of them twice and in ascending order of names (by code unit, which for
 * hex and ASCII is by byte), so that one set has one encoding.
 */
export function sortedSet<Value>(
  item: Schema<Value>,
  sizeMax: number,
  nameOf: (value: Value) => string,
): Schema<readonly Value[]> {
  return refined(list(item, sizeMax), (members) => {
    const isAscending = members.every(
      (member, index) => index === 0 || nameOf(members[index - 1] as Value) < nameOf(member),
    );
    return isAscending && members.length > 0 ? undefined : `1 to ${sizeMax} in ascending order, each once`;
  });
}

export function idSet<Kind extends Id>(sizeMax: number): Schema<readonly Kind[]> {
  return sortedSet(id<Kind>(), sizeMax, (member) => member);
}

/** An array of exactly these members, each with a name. */
export function tuple<Members extends object>(members: {
  readonly [Name in keyof Members]: Schema<Members[Name]>;
}): Schema<Members> {
  const named = Object.entries(members as Record<string, Schema<unknown>>);
  const expected = `array of ${named.length}`;
  return {
    write: (writer, value) => {
      writeArrayHead(writer, named.length);
      for (const [name, schema] of named) {
        const member = (value as Record<string, unknown>)[name];
        assert(member !== undefined, "an array that is encoded has all of its members");
        schema.write(writer, member);
      }
    },
    read: (reader) => {
      if (openArray(reader, expected) !== named.length) mismatch(reader, expected);
      const result: Record<string, unknown> = {};
      for (const [name, schema] of named) result[name] = readMember(reader, name, schema);
      closeArray(reader);
      return result as Members;
    },
  };
}

/** One field of a body: its key on the wire and the schema of its value. */
export interface Field<Value, Optional extends boolean> {
  readonly key: number;
  readonly schema: Schema<Value>;
  readonly optional: Optional;
}

export function field<Value>(key: number, schema: Schema<Value>): Field<Value, false> {
  return { key, schema, optional: false };
}

/** A field that is left out when it says nothing. */
export function optional<Value>(key: number, schema: Schema<Value>): Field<Value, true> {
  return { key, schema, optional: true };
}

/** The fields that write a value's members, one each: optional members as `optional`, the others as `field`. */
export type FieldsOf<Value> = {
  readonly [Name in keyof Value]-?: Record<string, never> extends Pick<Value, Name>
    ? Field<Exclude<Value[Name], undefined>, true>
    : Field<Value[Name], false>;
};

/** A map with small whole-number keys. Unknown keys are refused: nothing rides along unjudged. */
export function body<Value extends object>(fields: FieldsOf<Value>): BodySchema<Value> {
  const named = Object.entries(fields as Record<string, Field<unknown, boolean>>)
    .map(([name, wanted]) => ({ name, ...wanted }))
    .sort((a, b) => a.key - b.key);
  const writeFields = (writer: Writer, value: Value): number => {
    let count = 0;
    for (const { name, key, schema } of named) {
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined) continue;
      writeUnsigned(writer, key);
      schema.write(writer, member);
      count++;
    }
    return count;
  };
  const readFields = (reader: Reader, map: OpenMap, members: Record<string, unknown>): Value => {
    let next = nextKey(reader, map);
    for (const { name, key, schema, optional: isOptional } of named) {
      if (next === key) {
        members[name] = readMember(reader, name, schema);
        next = nextKey(reader, map);
      } else if (next !== undefined && next < key) break;
      else if (!isOptional) missing(reader, name);
    }
    return next === undefined ? (members as Value) : mismatch(reader, "no other fields");
  };
  return {
    write: (writer, value) => {
      const at = reserveMapHead(writer);
      fillMapHead(writer, at, writeFields(writer, value));
    },
    read: (reader) => readFields(reader, openMap(reader, "map"), {}),
    writeFields,
    readFields,
  };
}

/** One of several bodies, told apart by the number in field 0. */
export function oneOf<Value extends { readonly type: string }>(variants: {
  readonly [Type in Value["type"]]: {
    readonly kind: number;
    readonly schema: BodySchema<Omit<Extract<Value, { type: Type }>, "type">>;
  };
}): Schema<Value> {
  const byType = variants as Readonly<Record<string, { readonly kind: number; readonly schema: BodySchema<object> }>>;
  const byKind = new Map(Object.entries(byType).map(([type, variant]) => [variant.kind, { type, ...variant }]));
  const unknown = "known kind";
  return {
    write: (writer, value) => {
      const variant = byType[value.type];
      assert(variant !== undefined, "a body that is encoded is of a known kind");
      const at = reserveMapHead(writer);
      writeUnsigned(writer, 0);
      writeUnsigned(writer, variant.kind);
      fillMapHead(writer, at, 1 + variant.schema.writeFields(writer, value));
    },
    read: (reader) => {
      const map = openMap(reader, "map");
      if (nextKey(reader, map) !== 0) mismatch(reader, unknown);
      const variant = byKind.get(readInteger(reader, unknown));
      if (variant === undefined) return mismatch(reader, unknown);
      return variant.schema.readFields(reader, map, { type: variant.type }) as unknown as Value;
    },
  };
}

/** One part of something larger: where it is not as it should be, its name is part of the path. */
export function readMember<Value>(reader: Reader, name: string, schema: Schema<Value>): Value {
  try {
    return schema.read(reader);
  } catch (error) {
    stoppedWithin(reader, `.${name}`);
    throw error;
  }
}

function missing(reader: Reader, name: string): never {
  return stop(reader, { type: "schema-mismatch", path: `.${name}`, expected: "to be present" });
}
