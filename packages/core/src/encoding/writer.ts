/**
 * Writes deterministic CBOR (spec [ENC1]) into one growing buffer: heads in their shortest form, and nothing in between
 * for each value. What cannot be written is a defect of ours and asserted.
 */
import { assert } from "../assert.ts";
import { writeHexInto } from "../bytes.ts";
import { INTEGER_MAX } from "../limits.ts";
import { MAJOR } from "./reader.ts";
import { textToUtf8 } from "./utf8.ts";

export interface Writer {
  /** Longer than what is written. */
  bytes: Uint8Array;
  length: number;
}

/** Room for the largest control entry, and so for nearly everything. */
const START_BYTES = 4096;
/** A buffer that grew beyond it, for a backup or a checkpoint record, is not kept. */
const SPARE_BYTES_MAX = 64 * 1024;
/** The longest head. */
const HEAD_BYTES_MAX = 9;
/** UTF-8 bytes of one UTF-16 code unit, at most. */
const BYTES_PER_UNIT_MAX = 3;
/** The argument that still stands in a head of one byte. */
const SHORT_MAX = 23;
const ONE_BYTE = 24;
const UNSIGNED_MAX = 2n ** 64n - 1n;

/** The buffer of the last time. While it is taken, another writer makes its own. */
let spare: Uint8Array | undefined;

/** What `write` writes, in a buffer of its own: what is kept or posted to another thread is no longer than it looks. */
export function writeWhole(write: (writer: Writer) => void): Uint8Array {
  const writer: Writer = { bytes: spare ?? new Uint8Array(START_BYTES), length: 0 };
  spare = undefined;
  write(writer);
  const bytes = writer.bytes.slice(0, writer.length);
  // It may have been a backup with a phrase in it, which nothing here should go on holding.
  writer.bytes.fill(0, 0, writer.length);
  if (writer.bytes.length <= SPARE_BYTES_MAX) spare = writer.bytes;
  return bytes;
}

/** A whole number from 0 to 2^64 - 1. */
export function writeUnsigned(writer: Writer, value: number | bigint): void {
  if (typeof value === "number" || value <= INTEGER_MAX) {
    writeHead(writer, MAJOR.unsigned, Number(value));
    return;
  }
  assert(value <= UNSIGNED_MAX, "an integer that is written is at most 2^64 - 1");
  reserve(writer, HEAD_BYTES_MAX);
  push(writer, (MAJOR.unsigned << 5) | (ONE_BYTE + 3));
  pushBigEndian(writer, Number(value >> 32n), 4);
  pushBigEndian(writer, Number(value & 0xffff_ffffn), 4);
}

export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writeHead(writer, MAJOR.bytes, bytes.length);
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** A byte string, from its hex. */
export function writeHex(writer: Writer, hex: string): void {
  const length = hex.length >> 1;
  writeHead(writer, MAJOR.bytes, length);
  reserve(writer, length);
  writeHexInto(writer.bytes, writer.length, hex);
  writer.length += length;
}

export function writeText(writer: Writer, text: string): void {
  reserve(writer, HEAD_BYTES_MAX + text.length * BYTES_PER_UNIT_MAX);
  const at = writer.length;
  // Where the text belongs if it is ASCII. It moves on if it is longer than that, and its head with it.
  const guess = at + headBytes(text.length);
  const end = textToUtf8(text, writer.bytes, guess);
  assert(end !== undefined, "text that is written has no half of a surrogate pair");
  const length = end - guess;
  const start = at + headBytes(length);
  if (start !== guess) writer.bytes.copyWithin(start, guess, end);
  writeHead(writer, MAJOR.text, length);
  writer.length = start + length;
}

/** The head of an array: its items follow. */
export function writeArrayHead(writer: Writer, count: number): void {
  writeHead(writer, MAJOR.array, count);
}

/** The head of a map: keys in ascending order follow, each with its value. */
export function writeMapHead(writer: Writer, count: number): void {
  writeHead(writer, MAJOR.map, count);
}

/** Room for the head of a map of few keys, while it is not known yet how few: where it is, for `fillMapHead`. */
export function reserveMapHead(writer: Writer): number {
  writeMapHead(writer, 0);
  return writer.length - 1;
}

export function fillMapHead(writer: Writer, at: number, count: number): void {
  assert(count <= SHORT_MAX, "a body has at most 23 fields");
  writer.bytes[at] = (MAJOR.map << 5) | count;
}

function writeHead(writer: Writer, major: number, argument: number): void {
  assert(argument >= 0 && Number.isSafeInteger(argument), "a number that is written is whole and not negative");
  reserve(writer, HEAD_BYTES_MAX);
  if (argument <= SHORT_MAX) {
    push(writer, (major << 5) | argument);
    return;
  }
  const doublings = doublingsOf(argument);
  push(writer, (major << 5) | (ONE_BYTE + doublings));
  pushBigEndian(writer, argument, 1 << doublings);
}

/** Of an argument beyond a head of one byte: how often its bytes double from one on. */
function doublingsOf(argument: number): number {
  if (argument <= 0xff) return 0;
  if (argument <= 0xffff) return 1;
  return argument <= 0xffff_ffff ? 2 : 3;
}

/** Bytes of the shortest head with this argument. */
function headBytes(argument: number): number {
  return argument <= SHORT_MAX ? 1 : 1 + (1 << doublingsOf(argument));
}

/** Room for so many bytes more. The buffer at least doubles, so that a body is copied a few times at most. */
function reserve(writer: Writer, size: number): void {
  const needed = writer.length + size;
  if (needed <= writer.bytes.length) return;
  const longer = new Uint8Array(needed > 2 * writer.bytes.length ? needed : 2 * writer.bytes.length);
  longer.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = longer;
}

function push(writer: Writer, byte: number): void {
  writer.bytes[writer.length++] = byte;
}

function pushBigEndian(writer: Writer, value: number, size: number): void {
  let rest = value;
  for (let index = writer.length + size - 1; index >= writer.length; index--) {
    writer.bytes[index] = rest;
    rest = Math.floor(rest / 256);
  }
  writer.length += size;
}
