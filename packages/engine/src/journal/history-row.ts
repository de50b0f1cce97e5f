/**
 * How what is settled is kept for a wallet's history: the signed bytes, and what was decided about them. Its account's
 * payments, those to it, and what its sessions set aside.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  isFloat,
  isPayment,
  limits,
  text,
  type AccountId,
  type DecodeError,
  type Height,
  type Result,
  type Schema,
  type VerifiedEntry,
  type VerifiedFloat,
  type VerifiedPayment,
} from "@amigos/core";
import type { Verdict } from "@amigos/reconcile";
import { KEY } from "./journal.ts";
import { textToVerdict, VERDICT_BYTES_MAX, verdictToText } from "./verdict-text.ts";

export interface HistoryRow {
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

/** Whether the account pays with it or is paid. */
export function isPaymentOf(account: AccountId, entry: VerifiedEntry): entry is VerifiedPayment {
  return isPayment(entry) && (entry.entry.account === account || entry.entry.operation.to === account);
}

/** Whether the account sets something aside with it, or takes it back. */
export function isFloatOf(account: AccountId, entry: VerifiedEntry): entry is VerifiedFloat {
  return isFloat(entry) && entry.entry.account === account;
}

/** Where a settled entry lies in the history of an account, if it belongs there. */
export function historyKey(account: AccountId, entry: VerifiedEntry, height: Height): string | undefined {
  if (isPaymentOf(account, entry)) return KEY.payment(height, entry.id);
  return isFloatOf(account, entry) ? KEY.float(height, entry.id) : undefined;
}

export function encodeHistoryRow(entry: VerifiedEntry, verdict: Verdict): Uint8Array {
  return encodeWith<EncodedRow>(rowSchema, { bytes: entry.bytes, verdict: verdictToText(verdict) });
}

export function decodeHistoryRow(bytes: Uint8Array): Result<HistoryRow, DecodeError> {
  const row = decodeWith(rowSchema, bytes, limits.ENTRY_BYTES_MAX + VERDICT_BYTES_MAX);
  if (!row.ok) return row;
  return { ok: true, value: { bytes: row.value.bytes, verdict: textToVerdict(row.value.verdict) } };
}
