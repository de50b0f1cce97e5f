/**
 * Schemas of bodies: what a decoded CBOR value must look like, and how a typed value becomes one. A schema is two
 * functions; combinators build a body's schema out of its fields, so that the table in the spec and the code read alike.
 * Inside, a mismatch is thrown as `SchemaMismatch`; `decodeWith` is the only way in and turns it into a `DecodeError`.
 */
import { isAmount, isAssetCode, type Amount, type AssetCode } from "../amount.ts";
import { assert, AssertionFailed } from "../assert.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { INTEGER_MAX } from "../limits.ts";
import { idFromBytes, type Id } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import { decodeCbor, encodeCbor, type CborError, type CborValue } from "./cbor.ts";

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
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return decoded;
  try {
    return ok(schema.fromCbor(decoded.value, ""));
  } catch (error) {
    if (error instanceof SchemaMismatch) return err(error.detail);
    throw error;
  }
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
    fromCbor: schema.fromCbor,
  };
}

/** A schema with a condition on the whole value: `whyNot` says what was expected where it does not hold. */
export function refined<Value>(schema: Schema<Value>, whyNot: (value: Value) => string | undefined): Schema<Value> {
  return {
    toCbor: schema.toCbor,
    fromCbor: (value, path) => {
      const read = schema.fromCbor(value, path);
      const expected = whyNot(read);
      return expected === undefined ? read : mismatch(path, expected);
    },
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
  };
}

export const amountSchema: Schema<Amount> = {
  toCbor: (value) => value,
  fromCbor: (value, path) => {
    const whole = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
    return typeof whole === "bigint" && isAmount(whole) ? whole : mismatch(path, "amount from 0 to 2^63 - 1");
  },
};

export const assetSchema: Schema<AssetCode> = {
  toCbor: (value) => value,
  fromCbor: (value, path) => (typeof value === "string" && isAssetCode(value) ? value : mismatch(path, "asset code")),
};

/** 32 bytes, held as branded hex. */
export function id<Kind extends Id>(): Schema<Kind> {
  return {
    toCbor: (value) => hexToBytes(value),
    fromCbor: (value, path) =>
      value instanceof Uint8Array && value.length === 32 ? idFromBytes<Kind>(value) : mismatch(path, "32 bytes"),
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
  };
}

export function byteString(lengthMax: number): Schema<Uint8Array> {
  return {
    toCbor: (value) => value,
    fromCbor: (value, path) =>
      value instanceof Uint8Array && value.length <= lengthMax ? value : mismatch(path, `at most ${lengthMax} bytes`),
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
  };
}

/**
 * Whether a string may stand in a `text` field: not empty, bounded in UTF-8 bytes, and without characters that would make
 * it read as something else (spec [ENC3]).
 */
export function isPlainText(value: string, bytesMax: number): boolean {
  return value.length > 0 && value.length <= bytesMax && !FORBIDDEN_TEXT.test(value) && utf8Length(value) <= bytesMax;
}

// Controls (U+0000–001F, 007F–009F), line and paragraph separators, bidirectional overrides and isolates that reverse what
// is read, lone surrogates, and the byte order mark, which decoders drop. As ranges, so that no engine's tables decide.
// oxlint-disable-next-line no-control-regex -- control characters are what it forbids
const FORBIDDEN_TEXT = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uD800-\uDFFF\uFEFF]/u;

function utf8Length(value: string): number {
  let length = 0;
  for (const character of value) {
    const point = character.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

export function list<Value>(item: Schema<Value>, lengthMax: number): Schema<readonly Value[]> {
  return {
    toCbor: (values) => values.map(item.toCbor),
    fromCbor: (value, path) => {
      if (!Array.isArray(value) || value.length > lengthMax) return mismatch(path, `list of at most ${lengthMax}`);
      return value.map((element, index) => item.fromCbor(element, `${path}[${index}]`));
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
  const names = Object.keys(members) as (keyof Members & string)[];
  return {
    toCbor: (value) => names.map((name) => members[name].toCbor(value[name])),
    fromCbor: (value, path) => {
      if (!Array.isArray(value) || value.length !== names.length) return mismatch(path, `array of ${names.length}`);
      const result = {} as { -readonly [Name in keyof Members]: Members[Name] };
      names.forEach((name, index) => (result[name] = members[name].fromCbor(value[index], `${path}.${name}`)));
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
  };
}
