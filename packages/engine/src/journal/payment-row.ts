/** How a settled payment of this wallet is kept for its history: the signed bytes, and what was decided about it. */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  limits,
  text,
  type DecodeError,
  type Result,
  type Schema,
  type VerifiedEntry,
} from "@amigos/core";
import type { Verdict } from "@amigos/reconcile";
import { textToVerdict, VERDICT_BYTES_MAX, verdictToText } from "./verdict-text.ts";

export interface PaymentRow {
  readonly bytes: Uint8Array;
  readonly verdict: Verdict;
}

interface EncodedRow {
  readonly bytes: Uint8Array;
  readonly verdict: string;
}

const rowSchema: Schema<EncodedRow> = body<EncodedRow>({
  bytes: field(0, byteString(limits.ENTRY_BYTES_MAX)),
  verdict: field(1, text(VERDICT_BYTES_MAX)),
});

export function encodePaymentRow(entry: VerifiedEntry, verdict: Verdict): Uint8Array {
  return encodeWith<EncodedRow>(rowSchema, { bytes: entry.bytes, verdict: verdictToText(verdict) });
}

export function decodePaymentRow(bytes: Uint8Array): Result<PaymentRow, DecodeError> {
  const row = decodeWith(rowSchema, bytes, limits.ENTRY_BYTES_MAX + VERDICT_BYTES_MAX);
  if (!row.ok) return row;
  return { ok: true, value: { bytes: row.value.bytes, verdict: textToVerdict(row.value.verdict) } };
}
