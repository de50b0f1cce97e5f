/**
 * Deterministic CBOR (RFC 8949 §4.2.1), cut down to what bodies need: unsigned integers, byte strings, text, arrays, and
 * maps whose keys are unsigned integers (spec [ENC1]). Floats are left out on purpose: 2^62 as an integer and as a float
 * would be two encodings of one amount. Here are values of any shape; those of a known one go by their schema.
 */
import type { Result } from "../result.ts";
import {
  closeArray,
  MAJOR,
  nextKey,
  nextMajor,
  notOurs,
  openArray,
  openMap,
  readByteString,
  readText,
  readUnsigned,
  readWhole,
  type CborError,
  type Reader,
} from "./reader.ts";
import {
  writeArrayHead,
  writeBytes,
  writeMapHead,
  writeText,
  writeUnsigned,
  writeWhole,
  type Writer,
} from "./writer.ts";

export type CborValue = number | bigint | string | Uint8Array | readonly CborValue[] | ReadonlyMap<number, CborValue>;

/** The bytes of a value. Asserts that bodies may hold it. */
export function encodeCbor(value: CborValue): Uint8Array {
  return writeWhole((writer) => writeValue(writer, value));
}

/** Decodes one item that fills `bytes` exactly, and that we would have encoded to these very bytes. Never throws. */
export function decodeCbor(bytes: Uint8Array): Result<CborValue, CborError> {
  // No value is a mismatch where any will do.
  return readWhole(bytes, readValue) as Result<CborValue, CborError>;
}

function writeValue(writer: Writer, value: CborValue): void {
  if (typeof value === "string") writeText(writer, value);
  else if (typeof value !== "object") writeUnsigned(writer, value);
  else if (value instanceof Uint8Array) writeBytes(writer, value);
  else if (value instanceof Map) writeMap(writer, value as ReadonlyMap<number, CborValue>);
  else {
    const items = value as readonly CborValue[];
    writeArrayHead(writer, items.length);
    for (const item of items) writeValue(writer, item);
  }
}

function writeMap(writer: Writer, map: ReadonlyMap<number, CborValue>): void {
  writeMapHead(writer, map.size);
  for (const [key, value] of [...map].toSorted(([a], [b]) => a - b)) {
    writeUnsigned(writer, key);
    writeValue(writer, value);
  }
}

function readValue(reader: Reader): CborValue {
  switch (nextMajor(reader)) {
    case MAJOR.unsigned:
      return readUnsigned(reader, ANYTHING);
    case MAJOR.bytes:
      return readByteString(reader, Number.POSITIVE_INFINITY, ANYTHING);
    case MAJOR.text:
      return readText(reader, Number.POSITIVE_INFINITY, ANYTHING);
    case MAJOR.array: {
      const items: CborValue[] = [];
      for (let left = openArray(reader, ANYTHING); left > 0; left--) items.push(readValue(reader));
      closeArray(reader);
      return items;
    }
    case MAJOR.map: {
      const items = new Map<number, CborValue>();
      const map = openMap(reader, ANYTHING);
      for (let key = nextKey(reader, map); key !== undefined; key = nextKey(reader, map))
        items.set(key, readValue(reader));
      return items;
    }
    default:
      return notOurs(reader);
  }
}

const ANYTHING = "anything";
