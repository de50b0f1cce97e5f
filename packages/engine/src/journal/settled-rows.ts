/**
 * Rows about the settled past: where what was decided lies, how it was decided, and what a checkpoint was. Signed bytes stand
 * once in the journal, in the record of the checkpoint that decided them; these rows say where
 * (docs/decisions/0025-settled-bytes-stand-once.md).
 */
import {
  decodeWith,
  encodeWith,
  id,
  integer,
  limits,
  list,
  text,
  tuple,
  type CheckpointId,
  type DecodeError,
  type Height,
  type Result,
  type Schema,
  type Sequence,
  type TimeMs,
} from "@amigos/core";
import type { CheckpointFact, Verdict } from "@amigos/reconcile";
import { textToVerdict, VERDICT_BYTES_MAX, verdictToText } from "./verdict-text.ts";

/** How an entry was decided, for good. */
export interface Settlement {
  readonly height: Height;
  readonly verdict: Verdict;
}

/** Where an entry's signed bytes lie: in the record of this height, from this byte on. */
export interface Position {
  readonly height: Height;
  readonly offset: number;
  readonly length: number;
}

/** A position, and the place of the log whose entry lies there. */
export interface FiledPlace extends Position {
  readonly sequence: Sequence;
}

const lengthSchema: Schema<number> = integer(limits.ENTRY_BYTES_MAX);

/** A session freezes at its first fork, but what lies beyond is still decided: as many as anyone cares to sign. */
const ROWS_MAX: number = limits.INTEGER_MAX;
const placesSchema: Schema<readonly FiledPlace[]> = list(
  tuple<FiledPlace>({
    sequence: integer<Sequence>(),
    height: integer<Height>(),
    offset: integer(),
    length: lengthSchema,
  }),
  ROWS_MAX,
);
const verdictSchema: Schema<string> = text(VERDICT_BYTES_MAX);
const factSchema: Schema<CheckpointFact> = tuple<CheckpointFact>({ id: id<CheckpointId>(), time: integer<TimeMs>() });

export function encodePlaces(places: readonly FiledPlace[]): Uint8Array {
  return encodeWith(placesSchema, places);
}

export function decodePlaces(bytes: Uint8Array): Result<readonly FiledPlace[], DecodeError> {
  return decodeWith(placesSchema, bytes, bytes.length);
}

/** What stands under the key that says where an entry of some id lies: how long it is. */
export function encodeLength(length: number): Uint8Array {
  return encodeWith(lengthSchema, length);
}

/** Where an entry lies, of whose id one finds this key and this row. */
export function decodeIdRow(key: string, bytes: Uint8Array): Result<Position, DecodeError> {
  const length = decodeWith(lengthSchema, bytes, bytes.length);
  if (!length.ok) return length;
  const [height, offset] = key.split("/").slice(-2);
  return { ok: true, value: { height: Number(height) as Height, offset: Number(offset), length: length.value } };
}

export function encodeVerdictRow(verdict: Verdict): Uint8Array {
  return encodeWith(verdictSchema, verdictToText(verdict));
}

export function decodeVerdictRow(bytes: Uint8Array): Result<Verdict, DecodeError> {
  const row = decodeWith(verdictSchema, bytes, bytes.length);
  return row.ok ? textToVerdict(row.value) : row;
}

export function encodeHeader(fact: CheckpointFact): Uint8Array {
  return encodeWith(factSchema, fact);
}

export function decodeHeader(bytes: Uint8Array): Result<CheckpointFact, DecodeError> {
  return decodeWith(factSchema, bytes, bytes.length);
}
