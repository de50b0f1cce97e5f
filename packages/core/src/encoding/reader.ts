/**
 * A reader that only accepts: it takes a body's bytes head by head, without a Map in between and without encoding
 * anything again, for strict decoding by the library was most of the time from bytes to a verified entry. It knows only
 * the one encoding that spec [ENC1] allows. At anything else it gives up, and the library judges: so it makes an accept
 * sooner, never an error and never another value. Why: docs/decisions/0011-a-reader-that-only-accepts.md.
 */
import { utf8 } from "@scure/base";
import { native } from "#native";
import { bytesToHex, plainBytes } from "../bytes.ts";
import { INTEGER_MAX, NESTING_MAX } from "../limits.ts";
import type { CborValue } from "./cbor.ts";

export interface Reader {
  readonly bytes: Uint8Array;
  /** Where the next item begins. */
  offset: number;
  /** Arrays and maps that are open. */
  depth: number;
}

/** A map that is being read. */
export interface OpenMap {
  /** Keys that were not read yet. */
  left: number;
  /** The key that was read last; -1 before the first. */
  key: number;
}

const UNSIGNED = 0;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

/** What the low five bits of an initial byte say where the argument is one byte more, and where it is eight. */
const ONE_BYTE = 24;
const EIGHT_BYTES = 27;
/** The least argument that needs one, two, four and eight bytes. */
const SHORTEST_FROM = [24, 0x100, 0x1_0000, 0x1_0000_0000] as const;
/** No initial byte of ours: what is read beyond the end. */
const END = 0xff;
/** Of so many characters a loop makes text sooner than a runtime's decoder does. */
const ASCII_LENGTH_MAX = 32;
const BYTE_ORDER_MARK = "\uFEFF";

class ReaderGaveUp extends Error {}

/** Made once: what is thrown to leave the reader says nothing, for the library finds out what is wrong. */
const GAVE_UP = new ReaderGaveUp("the reader gave up");

export function giveUp(): never {
  throw GAVE_UP;
}

export function isGivingUp(error: unknown): boolean {
  return error === GAVE_UP;
}

/** One item that fills `bytes` exactly, as `read` reads it. Throws what `isGivingUp` knows. */
export function readWhole<Value>(bytes: Uint8Array, read: (reader: Reader) => Value): Value {
  const reader: Reader = { bytes: plainBytes(bytes), offset: 0, depth: 0 };
  const value = read(reader);
  return reader.offset === bytes.length ? value : giveUp();
}

/** A whole number that a double holds exactly. */
export function readInteger(reader: Reader): number {
  return readHead(reader, UNSIGNED);
}

/** A whole number up to 2^64 - 1: a `number` while a double holds it exactly, as the library has it. */
export function readUnsigned(reader: Reader): number | bigint {
  if (reader.bytes[reader.offset] !== (UNSIGNED << 5) + EIGHT_BYTES) return readInteger(reader);
  reader.offset++;
  const start = skip(reader, 8);
  const high = bigEndian(reader.bytes, start, 4);
  if (high === 0) giveUp();
  const value = (BigInt(high) << 32n) | BigInt(bigEndian(reader.bytes, start + 4, 4));
  return value <= INTEGER_MAX ? Number(value) : value;
}

/** A byte string of exactly `length` bytes, as hex. */
export function readHex(reader: Reader, length: number): string {
  if (readHead(reader, BYTES) !== length) giveUp();
  const start = skip(reader, length);
  const end = start + length;
  return native.bytesToHex?.(reader.bytes, start, end) ?? bytesToHex(reader.bytes.subarray(start, end));
}

/** A byte string of at most `lengthMax` bytes, copied: what is kept of a message does not keep the message. */
export function readByteString(reader: Reader, lengthMax: number): Uint8Array {
  const length = readHead(reader, BYTES);
  if (length > lengthMax) giveUp();
  const start = skip(reader, length);
  return reader.bytes.slice(start, start + length);
}

/** Text of at most `bytesMax` bytes of UTF-8. */
export function readText(reader: Reader, bytesMax: number): string {
  const length = readHead(reader, TEXT);
  if (length > bytesMax) giveUp();
  const start = skip(reader, length);
  return asciiOf(reader.bytes, start, length) ?? utf8Of(reader.bytes.subarray(start, start + length));
}

/** The head of an array: how many items follow, up to `closeArray`. */
export function openArray(reader: Reader): number {
  return open(reader, ARRAY, 1);
}

/** After the last item of an array. */
export function closeArray(reader: Reader): void {
  reader.depth--;
}

export function openMap(reader: Reader): OpenMap {
  return { left: open(reader, MAP, 2), key: -1 };
}

/** The next key, above the one before; its value follows. `undefined` once when there is none, which closes the map. */
export function nextKey(reader: Reader, map: OpenMap): number | undefined {
  if (map.left-- === 0) {
    reader.depth--;
    return undefined;
  }
  const key = readInteger(reader);
  if (key <= map.key) giveUp();
  map.key = key;
  return key;
}

/** Any value, as `decodeCbor` gives it: for schemas that do not read for themselves. */
export function readValue(reader: Reader): CborValue {
  switch ((reader.bytes[reader.offset] ?? 0) >> 5) {
    case UNSIGNED:
      return readUnsigned(reader);
    case BYTES:
      return readByteString(reader, INTEGER_MAX);
    case TEXT:
      return readText(reader, INTEGER_MAX);
    case ARRAY: {
      const items: CborValue[] = [];
      for (let left = openArray(reader); left > 0; left--) items.push(readValue(reader));
      closeArray(reader);
      return items;
    }
    case MAP: {
      const items = new Map<number, CborValue>();
      const map = openMap(reader);
      for (let key = nextKey(reader, map); key !== undefined; key = nextKey(reader, map))
        items.set(key, readValue(reader));
      return items;
    }
    default:
      return giveUp();
  }
}

function open(reader: Reader, major: number, itemsEach: number): number {
  const count = readHead(reader, major);
  // An item is a byte at least: no more of them are awaited than there can be.
  if (count * itemsEach > reader.bytes.length - reader.offset || reader.depth === NESTING_MAX) giveUp();
  reader.depth++;
  return count;
}

/** A head of the wanted major type in its shortest form: its argument, as far as a double holds it exactly. */
function readHead(reader: Reader, major: number): number {
  const initial = reader.bytes[reader.offset] ?? END;
  if (initial >> 5 !== major) giveUp();
  reader.offset++;
  const short = initial & 0x1f;
  if (short < ONE_BYTE) return short;
  const shortestFrom = SHORTEST_FROM[short - ONE_BYTE];
  if (shortestFrom === undefined) return giveUp();
  const size = 1 << (short - ONE_BYTE);
  const argument = bigEndian(reader.bytes, skip(reader, size), size);
  return argument >= shortestFrom && argument <= INTEGER_MAX ? argument : giveUp();
}

/** Goes over bytes that must be there: where they begin. */
function skip(reader: Reader, length: number): number {
  const start = reader.offset;
  if (length > reader.bytes.length - start) giveUp();
  reader.offset = start + length;
  return start;
}

/** Exact up to 2^53 - 1, and more than that for whatever is more. */
function bigEndian(bytes: Uint8Array, start: number, size: number): number {
  let value = 0;
  for (let index = start; index < start + size; index++) value = value * 256 + (bytes[index] as number);
  return value;
}

function asciiOf(bytes: Uint8Array, start: number, length: number): string | undefined {
  if (length > ASCII_LENGTH_MAX) return undefined;
  let text = "";
  for (let index = start; index < start + length; index++) {
    const byte = bytes[index] as number;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** A byte order mark at the start is UTF-8 as well, but what strict decoding drops, it misses when it compares. */
function utf8Of(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.encode(bytes);
  } catch {
    return giveUp();
  }
  return text.startsWith(BYTE_ORDER_MARK) ? giveUp() : text;
}
