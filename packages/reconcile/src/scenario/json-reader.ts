/**
 * Reading JSON that somebody else wrote: a reader per kind of value, each of which says where it stopped and what it expected
 * there. Inside, a mismatch is thrown as `JsonMismatch`; `readJson` is the only way in and turns it into an error.
 */
import { err, hexToBytes, limits, ok, type Result } from "@amigos/core";

export interface JsonError {
  readonly type: "scenario-malformed";
  /** Such as `.batches[2].time`. */
  readonly path: string;
  readonly expected: string;
}

export type Reader<Value> = (value: unknown, path: string) => Value;

class JsonMismatch extends Error {
  readonly detail: JsonError;
  constructor(detail: JsonError) {
    super(detail.type);
    this.detail = detail;
  }
}

export function readJson<Value>(read: Reader<Value>, value: unknown): Result<Value, JsonError> {
  try {
    return ok(read(value, ""));
  } catch (error) {
    if (error instanceof JsonMismatch) return err(error.detail);
    throw error;
  }
}

function mismatch(path: string, expected: string): never {
  throw new JsonMismatch({ type: "scenario-malformed", path, expected });
}

/** An object of exactly these members; those named in `optional` may be left out. */
export function object<Value>(
  members: { readonly [Name in keyof Value]-?: Reader<Exclude<Value[Name], undefined>> },
  optional: readonly (keyof Value & string)[] = [],
): Reader<Value> {
  const readers = Object.entries(members) as readonly (readonly [string, Reader<unknown>])[];
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return mismatch(path, "an object");
    const given = value as Readonly<Record<string, unknown>>;
    const stranger = Object.keys(given).find((name) => !readers.some(([known]) => known === name));
    if (stranger !== undefined) return mismatch(`${path}.${stranger}`, "no such member");
    const read: Record<string, unknown> = {};
    for (const [name, reader] of readers) {
      const isLeftOut = !Object.hasOwn(given, name);
      if (isLeftOut && !(optional as readonly string[]).includes(name)) mismatch(`${path}.${name}`, "to be present");
      if (!isLeftOut) read[name] = reader(given[name], `${path}.${name}`);
    }
    return read as Value;
  };
}

export function listOf<Item>(item: Reader<Item>, lengthMax: number): Reader<readonly Item[]> {
  return (value, path) =>
    Array.isArray(value) && value.length <= lengthMax
      ? value.map((one, index) => item(one, `${path}[${index}]`))
      : mismatch(path, `a list of at most ${lengthMax}`);
}

export function either<A, B>(isFirst: (value: unknown) => boolean, first: Reader<A>, second: Reader<B>): Reader<A | B> {
  return (value, path) => (isFirst(value) ? first(value, path) : second(value, path));
}

export function exactly<Value extends number>(expected: Value): Reader<Value> {
  return (value, path) => (value === expected ? expected : mismatch(path, `${expected}`));
}

export const whole: Reader<number> = (value, path) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= limits.INTEGER_MAX
    ? value
    : mismatch(path, "a whole number from 0 to 2^53 - 1");

const DIGITS = /^(?:0|[1-9][0-9]{0,18})$/;

/** Amounts are text: a JSON number is not exact beyond 2^53. */
export const digits: Reader<bigint> = (value, path) =>
  typeof value === "string" && DIGITS.test(value) ? BigInt(value) : mismatch(path, "digits, as text");

export function textOf(lengthMax: number): Reader<string> {
  return (value, path) =>
    typeof value === "string" && value.length <= lengthMax
      ? value
      : mismatch(path, `text of at most ${lengthMax} characters`);
}

const HEX = /^(?:[0-9a-f]{2})*$/;

export const hex: Reader<Uint8Array> = (value, path) =>
  typeof value === "string" && HEX.test(value) ? hexToBytes(value) : mismatch(path, "bytes as lower-case hex");
