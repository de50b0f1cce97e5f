/**
 * Reads a body head by head, straight into what its schema makes of it, and takes only the one encoding that spec [ENC1]
 * allows. It stops at the first byte of trouble and says what is wrong there. Reasons are sentences of ours: nothing that
 * a peer wrote gets into them. Why it is our own: docs/decisions/0011-a-strict-codec-of-our-own.md.
 */
import { native } from "#native";
import { bytesToHex, plainBytes } from "../bytes.ts";
import { INTEGER_MAX, NESTING_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { utf8ToText } from "./utf8.ts";

/**
 * Bytes that are not deterministic CBOR of our kinds. `malformed` stands for no value of ours at all; `not-canonical` is
 * one, in another encoding than the only one. `offset` is where in the bytes the trouble starts; `reason` is for people.
 */
export type CborError =
  | { readonly type: "malformed"; readonly reason: string; readonly offset: number }
  | { readonly type: "not-canonical"; readonly reason: string; readonly offset: number };

/** Why reading stopped: at the encoding, or at a value that the schema does not take. */
export type ReadError =
  | CborError
  | { readonly type: "schema-mismatch"; readonly path: string; readonly expected: string }
  | { readonly type: "unsupported-version"; readonly version: number };

export interface Reader {
  readonly bytes: Uint8Array;
  /** Where the next item begins. */
  offset: number;
  /** Arrays and maps that are open. */
  depth: number;
  /** Why it stopped, once it did. */
  error: ReadError | undefined;
}

/** A map that is being read. */
export interface OpenMap {
  /** Keys that were not read yet. */
  left: number;
  /** The key that was read last; -1 before the first. */
  key: number;
}

/** Major types of bodies, the upper three bits of an item's first byte. */
export const MAJOR = { unsigned: 0, bytes: 2, text: 3, array: 4, map: 5 } as const;
/** The low five bits of a first byte, where the argument is one byte more. Up to 27 each doubles the bytes. */
const ONE_BYTE = 24;
const INDEFINITE = 31;
/** First byte of an integer of eight bytes. */
const EIGHT_BYTE_INTEGER = 0x1b;
/** The least argument that needs one, two, four and eight bytes. */
const SHORTEST_FROM = [24, 0x100, 0x1_0000, 0x1_0000_0000] as const;
/** No first byte of ours: what is read beyond the end. */
const END = 0xff;
/** Of an account id or a session id. */
const OWNER_BYTES = 32;
const BYTE_ORDER_MARK = "\uFEFF";

class ReadingStopped extends Error {}

/** Made once: what is wrong stands in the reader, and hostile bytes cost no stack trace each. */
const STOPPED = new ReadingStopped("reading stopped");

/** One item that fills `bytes` exactly, as `read` reads it. */
export function readWhole<Value>(bytes: Uint8Array, read: (reader: Reader) => Value): Result<Value, ReadError> {
  const reader: Reader = { bytes: plainBytes(bytes), offset: 0, depth: 0, error: undefined };
  try {
    const value = read(reader);
    return reader.offset === bytes.length ? ok(value) : malformed(reader, "bytes after the end", reader.offset);
  } catch (error) {
    if (error === STOPPED) return err(reader.error as ReadError);
    throw error;
  }
}

/** Stops at a value that is none of the wanted. The path begins here; whoever reads what is around adds to its front. */
export function mismatch(reader: Reader, expected: string): never {
  return stop(reader, { type: "schema-mismatch", path: "", expected });
}

export function stop(reader: Reader, error: ReadError): never {
  reader.error = error;
  throw STOPPED;
}

/** Says that what stopped the reader did so within a part of what is being read: `.name` or `[index]`. */
export function stoppedWithin(reader: Reader, step: string): void {
  if (reader.error?.type === "schema-mismatch") reader.error = { ...reader.error, path: step + reader.error.path };
}

/** The major type of the next item; none of ours at the end. */
export function nextMajor(reader: Reader): number {
  return firstByte(reader) >> 5;
}

/** Stops where there is no item of our kinds. */
export function notOurs(reader: Reader): never {
  const isEnd = reader.offset === reader.bytes.length;
  return malformed(reader, isEnd ? ENDS_TOO_SOON : "a kind of value that bodies do not have", reader.offset);
}

/** A whole number that a double holds exactly. */
export function readInteger(reader: Reader, expected: string): number {
  const value = readHead(reader, MAJOR.unsigned, expected);
  return value <= INTEGER_MAX ? value : mismatch(reader, expected);
}

/** A whole number up to 2^64 - 1: a `number` while a double holds it exactly, and a `bigint` beyond. */
export function readUnsigned(reader: Reader, expected: string): number | bigint {
  if (firstByte(reader) !== EIGHT_BYTE_INTEGER) return readInteger(reader, expected);
  const at = reader.offset;
  const value = readHead(reader, MAJOR.unsigned, expected);
  if (value <= INTEGER_MAX) return value;
  return (BigInt(bigEndian(reader.bytes, at + 1, 4)) << 32n) | BigInt(bigEndian(reader.bytes, at + 5, 4));
}

/** A byte string of exactly `length` bytes, as hex. */
export function readHex(reader: Reader, length: number, expected: string): string {
  const at = reader.offset;
  if (readHead(reader, MAJOR.bytes, expected) !== length) mismatch(reader, expected);
  const start = skip(reader, length, at);
  return hexOf(reader.bytes, start, start + length);
}

/**
 * A byte string of 32 bytes that names an owner, as hex. Thousands of entries name few accounts and sessions: they share the
 * strings, which are made once, and which a map finds without comparing them.
 */
export function readOwner(reader: Reader, expected: string): string {
  const at = reader.offset;
  if (readHead(reader, MAJOR.bytes, expected) !== OWNER_BYTES) mismatch(reader, expected);
  return owners.at(reader.bytes, skip(reader, OWNER_BYTES, at));
}

/** The same for the few bytes that tag a network or a checkpoint, which are the same in nearly all that is read. */
export function readTag(reader: Reader, length: 4 | 8, expected: string): string {
  const at = reader.offset;
  if (readHead(reader, MAJOR.bytes, expected) !== length) mismatch(reader, expected);
  return (length === 4 ? networkTags : checkpointTags).at(reader.bytes, skip(reader, length, at));
}

/** A byte string of at most `lengthMax` bytes, copied: what is kept of a message does not keep the message. */
export function readByteString(reader: Reader, lengthMax: number, expected: string): Uint8Array {
  const at = reader.offset;
  const length = readHead(reader, MAJOR.bytes, expected);
  if (length > lengthMax) mismatch(reader, expected);
  const start = skip(reader, length, at);
  return reader.bytes.slice(start, start + length);
}

/** Text of at most `bytesMax` bytes of UTF-8. */
export function readText(reader: Reader, bytesMax: number, expected: string): string {
  const at = reader.offset;
  const length = readHead(reader, MAJOR.text, expected);
  if (length > bytesMax) mismatch(reader, expected);
  const start = skip(reader, length, at);
  const text = utf8ToText(reader.bytes, start, start + length);
  if (text === undefined) return notCanonical(reader, "text that is not UTF-8", at);
  return text.startsWith(BYTE_ORDER_MARK) ? notCanonical(reader, "text that begins with a byte order mark", at) : text;
}

/** The head of an array: how many items follow, up to `closeArray`. */
export function openArray(reader: Reader, expected: string): number {
  return open(reader, MAJOR.array, expected);
}

/** After the last item of an array. */
export function closeArray(reader: Reader): void {
  reader.depth--;
}

export function openMap(reader: Reader, expected: string): OpenMap {
  return { left: open(reader, MAJOR.map, expected), key: -1 };
}

/** The next key, above the one before; its value follows. `undefined` once when there is none, which closes the map. */
export function nextKey(reader: Reader, map: OpenMap): number | undefined {
  if (map.left-- === 0) {
    reader.depth--;
    return undefined;
  }
  const at = reader.offset;
  if (at === reader.bytes.length) return notOurs(reader);
  const first = firstByte(reader);
  const key = first >> 5 === MAJOR.unsigned ? readArgument(reader, first) : INTEGER_MAX + 1;
  if (key > INTEGER_MAX) return malformed(reader, "a key that is no whole number up to 2^53 - 1", at);
  if (key <= map.key) return notCanonical(reader, key === map.key ? "one key twice" : "keys that do not ascend", at);
  map.key = key;
  return key;
}

function hexOf(bytes: Uint8Array, start: number, end: number): string {
  return native.bytesToHex?.(bytes, start, end) ?? bytesToHex(bytes.subarray(start, end));
}

/** Byte strings of one length as hex: of those whose bytes begin alike, the one that was read last is kept. */
class SharedHex {
  readonly #length: number;
  readonly #kept: number;
  readonly #hexBySlot: (string | undefined)[];
  readonly #bytes: Uint8Array;

  /** `kept`: how many slots, a power of two. */
  constructor(length: number, kept: number) {
    this.#length = length;
    this.#kept = kept;
    this.#hexBySlot = Array.from({ length: kept });
    this.#bytes = new Uint8Array(length * kept);
  }

  at(bytes: Uint8Array, start: number): string {
    const slot = (((bytes[start] as number) << 8) | (bytes[start + 1] as number)) % this.#kept;
    const known = this.#hexBySlot[slot];
    return known !== undefined && this.#isKept(bytes, start, slot) ? known : this.#keep(bytes, start, slot);
  }

  #isKept(bytes: Uint8Array, start: number, slot: number): boolean {
    const kept = slot * this.#length;
    for (let index = 0; index < this.#length; index++)
      if (bytes[start + index] !== this.#bytes[kept + index]) return false;
    return true;
  }

  #keep(bytes: Uint8Array, start: number, slot: number): string {
    const hex = hexOf(bytes, start, start + this.#length);
    this.#hexBySlot[slot] = hex;
    this.#bytes.set(bytes.subarray(start, start + this.#length), slot * this.#length);
    return hex;
  }
}

/** 100 KiB, and a multiple of the owners that one record names often. */
const owners = new SharedHex(OWNER_BYTES, 1024);
const networkTags = new SharedHex(4, 4);
/** A checkpoint decides what was signed within a few of those before it. */
const checkpointTags = new SharedHex(8, 64);

const ENDS_TOO_SOON = "bytes end too soon";

function malformed(reader: Reader, reason: string, offset: number): never {
  return stop(reader, { type: "malformed", reason, offset });
}

function notCanonical(reader: Reader, reason: string, offset: number): never {
  return stop(reader, { type: "not-canonical", reason, offset });
}

function firstByte(reader: Reader): number {
  return reader.bytes[reader.offset] ?? END;
}

function open(reader: Reader, major: 4 | 5, expected: string): number {
  const at = reader.offset;
  const count = readHead(reader, major, expected);
  // An item is a byte at least: no more of them are awaited than there can be.
  const isTooMany = count * (major === MAJOR.map ? 2 : 1) > reader.bytes.length - reader.offset;
  if (isTooMany) return malformed(reader, ENDS_TOO_SOON, at);
  if (reader.depth === NESTING_MAX) return malformed(reader, "arrays and maps nested too deeply", at);
  reader.depth++;
  return count;
}

/** A head of the wanted major type: its argument, exact as far as a double holds it, and more than that if it is more. */
function readHead(reader: Reader, major: number, expected: string): number {
  const first = firstByte(reader);
  return first >> 5 === major ? readArgument(reader, first) : mismatch(reader, expected);
}

/** In its shortest form, and definite. */
function readArgument(reader: Reader, first: number): number {
  const at = reader.offset++;
  const short = first & 0x1f;
  if (short < ONE_BYTE) return short;
  const shortestFrom = SHORTEST_FROM[short - ONE_BYTE];
  if (shortestFrom === undefined) {
    return short === INDEFINITE && first >> 5 !== MAJOR.unsigned
      ? notCanonical(reader, "a length that is not given at the start", at)
      : malformed(reader, "a head of no meaning", at);
  }
  const size = 1 << (short - ONE_BYTE);
  const argument = bigEndian(reader.bytes, skip(reader, size, at), size);
  return argument >= shortestFrom ? argument : notCanonical(reader, "a head that is longer than it must be", at);
}

/** Goes over bytes that must be there, of the item that begins at `at`: where they begin. */
function skip(reader: Reader, length: number, at: number): number {
  const start = reader.offset;
  if (length > reader.bytes.length - start) malformed(reader, ENDS_TOO_SOON, at);
  reader.offset = start + length;
  return start;
}

/** Exact up to 2^53 - 1, and more than that for whatever is more. */
function bigEndian(bytes: Uint8Array, start: number, size: number): number {
  let value = 0;
  for (let index = start; index < start + size; index++) value = value * 256 + (bytes[index] as number);
  return value;
}
