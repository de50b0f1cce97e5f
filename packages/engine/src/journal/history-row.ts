/**
 * How what is settled is kept for a wallet's history: its account's payments, those to it, and what its sessions set aside.
 * A row of a record that holds much else repeats the signed bytes, so that reading the history reads nothing of strangers;
 * of a record that is mostly this account's own it does not, so that nothing is stored twice.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  integer,
  isFloat,
  isPayment,
  ok,
  limits,
  optional,
  refined,
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
import type { StoreOperation } from "../ports/store.ts";
import { KEY, put } from "./journal.ts";
import type { Position } from "./settled-rows.ts";
import { textToVerdict, VERDICT_BYTES_MAX, verdictToText } from "./verdict-text.ts";

/** What a row says beside its key. */
export interface HistoryRow {
  /** Signed bytes, or how many of them lie in the record. */
  readonly entry: Uint8Array | number;
  /** Left out where it was accepted. */
  readonly verdict: Verdict | undefined;
}

interface EncodedRow {
  readonly bytes?: Uint8Array;
  readonly length?: number;
  readonly verdict?: string;
}

const rowSchema: Schema<EncodedRow> = refined(
  body<EncodedRow>({
    bytes: optional(0, byteString(limits.ENTRY_BYTES_MAX)),
    length: optional(1, integer(limits.ENTRY_BYTES_MAX)),
    verdict: optional(2, text(VERDICT_BYTES_MAX)),
  }),
  ({ bytes, length }) =>
    (bytes === undefined) === (length === undefined) ? "either bytes or their length" : undefined,
);

/** Where in a wallet's history rows of so many entries of a record repeat no bytes: from an eighth of them on. */
const OWN_SHARE = 1 / 8;

/** Whether the account pays with it or is paid. */
export function isPaymentOf(account: AccountId, entry: VerifiedEntry): entry is VerifiedPayment {
  return isPayment(entry) && (entry.entry.account === account || entry.entry.operation.to === account);
}

/** Whether the account sets something aside with it, or takes it back. */
export function isFloatOf(account: AccountId, entry: VerifiedEntry): entry is VerifiedFloat {
  return isFloat(entry) && entry.entry.account === account;
}

/** An entry of a record, where it lies there and how it was decided. */
export interface RecordedEntry {
  readonly entry: VerifiedEntry;
  readonly position: Position;
  readonly verdict: Verdict;
}

/** What puts into the history of an account what belongs there of a record. */
export function historyOperations(account: AccountId, recorded: readonly RecordedEntry[]): readonly StoreOperation[] {
  const rows: (RecordedEntry & { readonly key: string })[] = [];
  for (const row of recorded) {
    const key = historyKey(account, row);
    if (key !== undefined) rows.push({ ...row, key });
  }
  const isMostlyOwn = rows.length >= OWN_SHARE * recorded.length;
  return rows.map(({ key, entry, position, verdict }) =>
    put(
      key,
      encodeHistoryRow({
        entry: isMostlyOwn ? position.length : entry.bytes,
        verdict: verdict.outcome === "accepted" ? undefined : verdict,
      }),
    ),
  );
}

/** Where an entry lies in the history of an account, if it belongs there: by height, then in the order of the record. */
function historyKey(account: AccountId, { entry, position: { height, offset } }: RecordedEntry): string | undefined {
  if (isPaymentOf(account, entry)) return KEY.payment(height, offset);
  return isFloatOf(account, entry) ? KEY.float(height, offset) : undefined;
}

/** The position in the record that a key of the history under `prefix` names. */
export function positionOfKey(key: string, prefix: string): Pick<Position, "height" | "offset"> {
  const [height, offset] = key.slice(prefix.length).split("/");
  return { height: Number(height) as Height, offset: Number(offset) };
}

export function encodeHistoryRow({ entry, verdict }: HistoryRow): Uint8Array {
  return encodeWith(rowSchema, {
    ...(typeof entry === "number" ? { length: entry } : { bytes: entry }),
    ...(verdict === undefined ? {} : { verdict: verdictToText(verdict) }),
  });
}

export function decodeHistoryRow(encoded: Uint8Array): Result<HistoryRow, DecodeError> {
  const row = decodeWith(rowSchema, encoded, encoded.length);
  if (!row.ok) return row;
  const { bytes, length, verdict: verdictText } = row.value;
  const verdict = verdictText === undefined ? ok(undefined) : textToVerdict(verdictText);
  return verdict.ok ? ok({ entry: (bytes ?? length) as Uint8Array | number, verdict: verdict.value }) : verdict;
}
