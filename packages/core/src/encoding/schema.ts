/**
 * Schemas of bodies: what a decoded CBOR value must look like, and how a typed value becomes one. A schema is two
 * functions; combinators build a body's schema out of its fields, so that the table in the spec and the code read alike.
 * Inside, a mismatch is thrown as `SchemaMismatch`; `decodeWith` is the only way in and turns it into a `DecodeError`.
 * A third function reads the same value straight from the bytes and may only ever accept sooner: see `reader.ts`.
 */
import { isAmount, isAssetCode, type Amount, type AssetCode } from "../amount.ts";
import { assert, AssertionFailed } from "../assert.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { ASSET_CODE_LENGTH_MAX, INTEGER_MAX } from "../limits.ts";
import { idFromBytes, type Id } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import { decodeCbor, encodeCbor, type CborError, type CborValue } from "./cbor.ts";
import { isPlainText } from "./plain-text.ts";
import {
  closeArray,
  giveUp,
  isGivingUp,
  nextKey,
  openArray,
  openMap,
  readByteString,
  readHex,
  readInteger,
  readText,
  readUnsigned,
  readValue,
  readWhole,
  type OpenMap,
  type Reader,
} from "./reader.ts";

/** Why bytes are not a body of the wanted kind. Every kind names what was found. */
export type DecodeError =
  | CborError
  | { readonly type: "too-large"; readonly size: number; readonly sizeMax: number }
  | { readonly type: "schema-mismatch"; readonly path: string; readonly expected: string }
  | { readonly type: "unsupported-version"; readonly version: number }
  | { readonly type: "wrong-network"; readonly expected: string; readonly found: string };

export interface Schema<Value> {
  readonly toCbor: (value: Value) => CborValue;
  readonly fromCbor: (value: unknown, path: string) => Value;
  /** The same straight from the bytes, or giving up. Left out, `fromCbor` is given what a reader finds. */
  readonly read?: (reader: Reader) => Value;
  /** Of a body: its fields, added to `members`, when its map is open already. `oneOf` needs it of its variants. */
  readonly readFields?: (reader: Reader, map: OpenMap, members: Record<string, unknown>) => Value;
}

class SchemaMismatch extends Error {
  readonly detail: DecodeError;
  constructor(detail: DecodeError) {
    super(detail.type);
    this.detail = detail;
  }
}

export function encodeWith<Value>(schema: Schema<Value>, value: Value): Uint8Array {
  return encodeCbor(schema.toCbor(value));
}

/** Strict decoding of one body. Never throws, whatever the bytes. */
export function decodeWith<Value>(
  schema: Schema<Value>,
  bytes: Uint8Array,
  sizeMax: number,
): Result<Value, DecodeError> {
  if (bytes.length > sizeMax) return err({ type: "too-large", size: bytes.length, sizeMax });
  return readWith(schema, bytes) ?? decodeByLibrary(schema, bytes);
}

/** What the reader accepts. `undefined` says nothing about the bytes, only that the library has to look at them. */
export function readWith<Value>(schema: Schema<Value>, bytes: Uint8Array): Result<Value, never> | undefined {
  try {
    return ok(readWhole(bytes, readOf(schema)));
  } catch (error) {
    if (isGivingUp(error) || error instanceof SchemaMismatch) return undefined;
    throw error;
  }
}

/** Strict decoding as the spec has it. It alone makes errors. */
export function decodeByLibrary<Value>(schema: Schema<Value>, bytes: Uint8Array): Result<Value, DecodeError> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return decoded;
  try {
    return ok(schema.fromCbor(decoded.value, ""));
  } catch (error) {
    if (error instanceof SchemaMismatch) return err(error.detail);
    throw error;
  }
}

function readOf<Value>(schema: Schema<Value>): (reader: Reader) => Value {
  return schema.read ?? ((reader) => schema.fromCbor(readValue(reader), ""));
}

export function mismatch(path: string, expected: string): never {
  throw new SchemaMismatch({ type: "schema-mismatch", path, expected });
}

/**
 * A schema for what is signed or hashed for good: encoding a value that strict decoding would refuse is a defect of the
 * caller and throws, before there is a signature that nobody can use.
 */
export function checked<Value>(schema: Schema<Value>): Schema<Value> {
  return {
    ...schema,
    toCbor: (value) => {
      const encoded = schema.toCbor(value);
      try {
        schema.fromCbor(encoded, "");
      } catch (error) {
        if (!(error instanceof SchemaMismatch)) throw error;
        throw new AssertionFailed(`what is signed can be decoded again: ${JSON.stringify(error.detail)}`);
      }
      return encoded;
    },
  };
}

/** A schema with a condition on the whole value: `whyNot` says what was expected where it does not hold. */
export function refined<Value>(schema: Schema<Value>, whyNot: (value: Value) => string | undefined): Schema<Value> {
  const read = readOf(schema);
  const { readFields } = schema;
  const accepted = (value: Value): Value => (whyNot(value) === undefined ? value : giveUp());
  return {
    toCbor: schema.toCbor,
    fromCbor: (value, path) => {
      const found = schema.fromCbor(value, path);
      const expected = whyNot(found);
      return expected === undefined ? found : mismatch(path, expected);
    },
    read: (reader) => accepted(read(reader)),
    ...(readFields && { readFields: (reader, map, members) => accepted(readFields(reader, map, members)) }),
  };
}

/** A whole number from 0 to 2^53 - 1. */
export function integer<Value extends number = number>(max: number = INTEGER_MAX): Schema<Value> {
  return {
    toCbor: (value) => value,
    fromCbor: (value, path) =>
      typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max
        ? (value as Value)
        : mismatch(path, `whole number up to ${max}`),
    read: (reader) => {
      const value = readInteger(reader);
      return value <= max ? (value as Value) : giveUp();
    },
  };
}

/** The version that a body begins with. Another one is no mismatch: it may be of a later version of this software. */
export function version<Value extends number>(expected: Value): Schema<Value> {
  return {
    toCbor: () => expected,
    fromCbor: (value, path) => {
      if (value === expected) return expected;
      if (typeof value === "number") throw new SchemaMismatch({ type: "unsupported-version", version: value });
      return mismatch(path, `${expected}`);
    },
    read: (reader) => (readInteger(reader) === expected ? expected : giveUp()),
  };
}

export const amountSchema: Schema<Amount> = {
  toCbor: (value) => value,
  fromCbor: (value, path) => {
    const whole = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
    return typeof whole === "bigint" && isAmount(whole) ? whole : mismatch(path, "amount from 0 to 2^63 - 1");
  },
  read: (reader) => {
    const value = BigInt(readUnsigned(reader));
    return isAmount(value) ? value : giveUp();
  },
};

export const assetSchema: Schema<AssetCode> = {
  toCbor: (value) => value,
  fromCbor: (value, path) => (typeof value === "string" && isAssetCode(value) ? value : mismatch(path, "asset code")),
  read: (reader) => {
    const value = readText(reader, ASSET_CODE_LENGTH_MAX);
    return isAssetCode(value) ? value : giveUp();
  },
};

/** 32 bytes, held as branded hex. */
export function id<Kind extends Id>(): Schema<Kind> {
  return {
    toCbor: (value) => hexToBytes(value),
    fromCbor: (value, path) =>
      value instanceof Uint8Array && value.length === 32 ? idFromBytes<Kind>(value) : mismatch(path, "32 bytes"),
    read: (reader) => readHex(reader, 32) as Kind,
  };
}

/** A fixed number of bytes, held as (branded) hex. */
export function hexBytes<Value extends string>(length: number): Schema<Value> {
  return {
    toCbor: (value) => hexToBytes(value),
    fromCbor: (value, path) =>
      value instanceof Uint8Array && value.length === length
        ? (bytesToHex(value) as Value)
        : mismatch(path, `${length} bytes`),
    read: (reader) => readHex(reader, length) as Value,
  };
}

export function byteString(lengthMax: number): Schema<Uint8Array> {
  return {
    toCbor: (value) => value,
    fromCbor: (value, path) =>
      value instanceof Uint8Array && value.length <= lengthMax ? value : mismatch(path, `at most ${lengthMax} bytes`),
    read: (reader) => readByteString(reader, lengthMax),
  };
}

/** Text that `isPlainText` allows. */
export function text(bytesMax: number): Schema<string> {
  return {
    toCbor: (value) => value,
    fromCbor: (value, path) =>
      typeof value === "string" && isPlainText(value, bytesMax)
        ? value
        : mismatch(path, `plain text of at most ${bytesMax} bytes`),
    read: (reader) => {
      const value = readText(reader, bytesMax);
      return isPlainText(value, bytesMax) ? value : giveUp();
    },
  };
}

export function list<Value>(item: Schema<Value>, lengthMax: number): Schema<readonly Value[]> {
  const readItem = readOf(item);
  return {
    toCbor: (values) => values.map(item.toCbor),
    fromCbor: (value, path) => {
      if (!Array.isArray(value) || value.length > lengthMax) return mismatch(path, `list of at most ${lengthMax}`);
      return value.map((element, index) => item.fromCbor(element, `${path}[${index}]`));
    },
    read: (reader) => {
      const length = openArray(reader);
      if (length > lengthMax) giveUp();
      const items: Value[] = [];
      while (items.length < length) items.push(readItem(reader));
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
  type Mutable = { -readonly [Name in keyof Members]: Members[Name] };
  const names = Object.keys(members) as (keyof Members & string)[];
  const reads = names.map((name) => ({ name, read: readOf(members[name]) }));
  return {
    toCbor: (value) => names.map((name) => members[name].toCbor(value[name])),
    fromCbor: (value, path) => {
      if (!Array.isArray(value) || value.length !== names.length) return mismatch(path, `array of ${names.length}`);
      const result = {} as Mutable;
      names.forEach((name, index) => (result[name] = members[name].fromCbor(value[index], `${path}.${name}`)));
      return result;
    },
    read: (reader) => {
      if (openArray(reader) !== reads.length) giveUp();
      const result = {} as Mutable;
      for (const { name, read } of reads) result[name] = read(reader);
      closeArray(reader);
      return result;
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
export function body<Value extends object>(fields: FieldsOf<Value>): Schema<Value> {
  const named = Object.entries(fields as Record<string, Field<unknown, boolean>>).sort(([, a], [, b]) => a.key - b.key);
  const reads = named.map(([name, { key, schema, optional: isOptional }]) => ({
    name,
    key,
    isOptional,
    read: readOf(schema),
  }));
  const readFields = (reader: Reader, map: OpenMap, members: Record<string, unknown>): Value => {
    let next = nextKey(reader, map);
    for (const { name, key, isOptional, read } of reads) {
      if (next === key) {
        members[name] = read(reader);
        next = nextKey(reader, map);
      } else if (!isOptional) giveUp();
    }
    return next === undefined ? (members as Value) : giveUp();
  };
  return {
    toCbor: (value) => {
      const map = new Map<number, CborValue>();
      for (const [name, { key, schema }] of named) {
        const member = (value as Record<string, unknown>)[name];
        if (member !== undefined) map.set(key, schema.toCbor(member));
      }
      return map;
    },
    fromCbor: (value, path) => {
      if (!(value instanceof Map)) return mismatch(path, "map");
      const result: Record<string, unknown> = {};
      let known = 0;
      for (const [name, { key, schema, optional: isOptional }] of named) {
        const member: unknown = value.get(key);
        if (member === undefined) {
          if (!isOptional) mismatch(`${path}.${name}`, "to be present");
          continue;
        }
        known++;
        result[name] = schema.fromCbor(member, `${path}.${name}`);
      }
      if (known !== value.size) mismatch(path, "no other fields");
      return result as Value;
    },
    read: (reader) => readFields(reader, openMap(reader), {}),
    readFields,
  };
}

/** One of several bodies, told apart by the number in field 0. */
export function oneOf<Value extends { readonly type: string }>(variants: {
  readonly [Type in Value["type"]]: {
    readonly kind: number;
    readonly schema: Schema<Omit<Extract<Value, { type: Type }>, "type">>;
  };
}): Schema<Value> {
  const byType = variants as Readonly<Record<string, { readonly kind: number; readonly schema: Schema<object> }>>;
  const byKind = new Map(Object.entries(byType).map(([type, variant]) => [variant.kind, { type, ...variant }]));
  return {
    toCbor: (value) => {
      const variant = byType[value.type];
      assert(variant !== undefined, "a body that is encoded is of a known kind");
      const map = variant.schema.toCbor(value) as ReadonlyMap<number, CborValue>;
      return new Map<number, CborValue>([[0, variant.kind], ...map]);
    },
    fromCbor: (value, path) => {
      if (!(value instanceof Map)) return mismatch(path, "map");
      const variant = byKind.get(value.get(0) as number);
      if (variant === undefined) return mismatch(path, "known kind");
      const rest = new Map(value);
      rest.delete(0);
      return { type: variant.type, ...variant.schema.fromCbor(rest, path) } as unknown as Value;
    },
    read: (reader) => {
      const map = openMap(reader);
      if (nextKey(reader, map) !== 0) giveUp();
      const variant = byKind.get(readInteger(reader));
      if (variant?.schema.readFields === undefined) return giveUp();
      return variant.schema.readFields(reader, map, { type: variant.type }) as unknown as Value;
    },
  };
}
