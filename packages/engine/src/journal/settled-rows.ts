/**
 * Rows about the settled past: where what was decided lies, how it was decided, and what a checkpoint was. Signed bytes stand
 * once in the journal, in the record of the checkpoint that decided them; these rows say where
 * (docs/decisions/0023-settled-bytes-stand-once.md).
 */
import {
  decodeWith,
  encodeWith,
  hexBytes,
  id,
  integer,
  limits,
  list,
  text,
  tuple,
  type Brand,
  type CheckpointId,
  type DecodeError,
  type EntryId,
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

const ID_TAG_BYTES = 4;
const lengthSchema: Schema<number> = integer(limits.ENTRY_BYTES_MAX);

/** The last 4 bytes of an entry's id, as hex. */
export type IdTag = Brand<string, "IdTag">;

/** What of an id and where its entry lies in the record. */
export interface FiledId extends Omit<Position, "height"> {
  readonly tag: IdTag;
}

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
const idsSchema: Schema<readonly FiledId[]> = list(
  tuple<FiledId>({ tag: hexBytes<IdTag>(ID_TAG_BYTES), offset: integer(), length: lengthSchema }),
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

/** Where entries lie whose ids begin alike. */
export function encodeIds(ids: readonly FiledId[]): Uint8Array {
  return encodeWith(idsSchema, ids);
}

export function decodeIds(bytes: Uint8Array): Result<readonly FiledId[], DecodeError> {
  return decodeWith(idsSchema, bytes, bytes.length);
}

/** Enough of an id to find it by. Who makes two that agree in it gains nothing: what is found is read and compared. */
export function tagOfId(entry: EntryId): IdTag {
  return entry.slice(-2 * ID_TAG_BYTES) as IdTag;
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
