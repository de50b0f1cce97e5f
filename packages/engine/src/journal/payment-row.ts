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

export interface PaymentRow {
  readonly bytes: Uint8Array;
  readonly verdict: Verdict;
}

interface EncodedRow {
  readonly bytes: Uint8Array;
  /** JSON, with whole numbers of any size as text that ends in "n". */
  readonly verdict: string;
}

const VERDICT_BYTES_MAX = 8 * 1024;

const rowSchema: Schema<EncodedRow> = body<EncodedRow>({
  bytes: field(0, byteString(limits.ENTRY_BYTES_MAX)),
  verdict: field(1, text(VERDICT_BYTES_MAX)),
});

export function encodePaymentRow(entry: VerifiedEntry, verdict: Verdict): Uint8Array {
  const json = JSON.stringify(verdict, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  return encodeWith<EncodedRow>(rowSchema, { bytes: entry.bytes, verdict: json });
}

export function decodePaymentRow(bytes: Uint8Array): Result<PaymentRow, DecodeError> {
  const row = decodeWith(rowSchema, bytes, limits.ENTRY_BYTES_MAX + VERDICT_BYTES_MAX);
  if (!row.ok) return row;
  const verdict = JSON.parse(row.value.verdict, (_key, value: unknown) =>
    typeof value === "string" && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as Verdict;
  return { ok: true, value: { bytes: row.value.bytes, verdict } };
}
