/** Rows about the settled past: when and how an entry was decided, what was decided at a place, and what a checkpoint was. */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
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
  type TimeMs,
} from "@amigos/core";
import type { CheckpointFact, Verdict } from "@amigos/reconcile";
import { textToVerdict, VERDICT_BYTES_MAX, verdictToText } from "./verdict-text.ts";

/** How an entry was decided, for good. */
export interface Settlement {
  readonly height: Height;
  readonly verdict: Verdict;
}

/** An entry of a place, and the height that decided it. */
export interface FiledEntry {
  readonly height: Height;
  /** Signed bytes. */
  readonly bytes: Uint8Array;
}

interface EncodedSettlement {
  readonly height: Height;
  readonly verdict: string;
}

const settlementSchema: Schema<EncodedSettlement> = body<EncodedSettlement>({
  height: field(0, integer<Height>()),
  verdict: field(1, text(VERDICT_BYTES_MAX)),
});

const factSchema: Schema<CheckpointFact> = tuple<CheckpointFact>({ id: id<CheckpointId>(), time: integer<TimeMs>() });

/** A session freezes at its first fork, but what lies beyond is still decided: as many as anyone cares to sign. */
const ENTRIES_AT_PLACE_MAX: number = limits.INTEGER_MAX;
const placeSchema: Schema<readonly FiledEntry[]> = list(
  tuple<FiledEntry>({ height: integer<Height>(), bytes: byteString(limits.ENTRY_BYTES_MAX) }),
  ENTRIES_AT_PLACE_MAX,
);

export function encodeSettlement({ height, verdict }: Settlement): Uint8Array {
  return encodeWith(settlementSchema, { height, verdict: verdictToText(verdict) });
}

export function decodeSettlement(bytes: Uint8Array): Result<Settlement, DecodeError> {
  const row = decodeWith(settlementSchema, bytes, bytes.length);
  if (!row.ok) return row;
  return { ok: true, value: { height: row.value.height, verdict: textToVerdict(row.value.verdict) } };
}

export function encodePlace(entries: readonly FiledEntry[]): Uint8Array {
  return encodeWith(placeSchema, entries);
}

export function decodePlace(bytes: Uint8Array): Result<readonly FiledEntry[], DecodeError> {
  return decodeWith(placeSchema, bytes, bytes.length);
}

export function encodeHeader(fact: CheckpointFact): Uint8Array {
  return encodeWith(factSchema, fact);
}

export function decodeHeader(bytes: Uint8Array): Result<CheckpointFact, DecodeError> {
  return decodeWith(factSchema, bytes, bytes.length);
}
