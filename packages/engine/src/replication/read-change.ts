/**
 * What a change that a peer sent carries, if it has the form of a canonical one (spec [GRD3]). Only looks: whether it *is*
 * the canonical change is known when the value was admitted, by writing that change and comparing. A peer's bytes never
 * reach a document.
 */
import { sha256 } from "@amigos/core";
import { ByteReader, Unreadable } from "./byte-reader.ts";
import { ACTOR_BYTES, CHUNK_CHANGE, COLUMN, HASH_BYTES, MAGIC } from "./canonical-change.ts";
import { CHANGE_OVERHEAD_BYTES_MAX } from "./limits.ts";

/** A change as offered. */
export interface OfferedChange {
  readonly hash: Uint8Array;
  /** Hash of the change that it depends on. A copy, like the value. */
  readonly previous: Uint8Array;
  /** Actor's sequence, from 1: in a log document the position plus one. */
  readonly sequence: number;
  /** A copy, so that what is kept does not keep a whole message. */
  readonly value: Uint8Array;
}

export type ChangeFault = "change-too-large" | "whole-document" | "change-compressed" | "change-malformed";

const CHUNK_DOCUMENT = 0;
const CHUNK_COMPRESSED = 2;
const COLUMNS_MAX = 16;
/** Longest encoding of a number that any canonical change holds. */
const NUMBER_MAX = 2 ** 32;

/** The hash and the place and value, or what is wrong. `genesis` changes carry no value; callers know them by `chunkHash`. */
export function readChange(chunk: Uint8Array, valueBytesMax: number): OfferedChange | ChangeFault {
  const type = chunk[8];
  if (MAGIC.some((byte, index) => chunk[index] !== byte)) return "change-malformed";
  if (type === CHUNK_DOCUMENT) return "whole-document";
  if (type === CHUNK_COMPRESSED) return "change-compressed";
  if (type !== CHUNK_CHANGE) return "change-malformed";
  if (chunk.length > valueBytesMax + CHANGE_OVERHEAD_BYTES_MAX) return "change-too-large";
  try {
    return readContents(chunk);
  } catch (error) {
    if (error instanceof Unreadable) return "change-malformed";
    throw error;
  }
}

/** What Automerge calls a chunk. Whoever compares it need not look at the checksum, which says the same. */
export function chunkHash(chunk: Uint8Array): Uint8Array {
  return sha256(chunk.subarray(8));
}

function readContents(chunk: Uint8Array): OfferedChange {
  const reader = new ByteReader(chunk);
  reader.take(9);
  if (reader.unsigned(NUMBER_MAX) !== reader.left) throw new Unreadable("another length than it says");
  reader.expect(1);
  const previous = reader.take(HASH_BYTES).slice();
  reader.expect(ACTOR_BYTES);
  reader.take(ACTOR_BYTES);
  const sequence = reader.unsigned(NUMBER_MAX);
  reader.unsigned(NUMBER_MAX);
  reader.expect(0);
  reader.expect(0);
  reader.expect(1);
  reader.expect(ACTOR_BYTES);
  reader.take(ACTOR_BYTES);
  const columns: (readonly [number, number])[] = [];
  for (let count = reader.unsigned(COLUMNS_MAX); count > 0; count--)
    columns.push([reader.byte(), reader.unsigned(NUMBER_MAX)]);
  let value: Uint8Array | undefined;
  for (const [number, length] of columns) {
    const data = reader.take(length);
    if (number === COLUMN.value) value = data.slice();
  }
  if (value === undefined || reader.left !== 0) throw new Unreadable("no value");
  return { hash: chunkHash(chunk), previous, sequence, value };
}
