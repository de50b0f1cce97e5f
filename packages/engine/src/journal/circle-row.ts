/** For whom a wallet carries, as it is remembered (spec [CIR1]). */
import {
  body,
  compareHex,
  decodeWith,
  encodeWith,
  field,
  idSet,
  type AccountId,
  type DecodeError,
  type Result,
  type Schema,
} from "@amigos/core";

/** Accounts in one circle: a village, not a city. What is carried for each is bounded apart. */
export const CIRCLE_MEMBERS_MAX = 128;

interface CircleRow {
  readonly members: readonly AccountId[];
}

const ROW_BYTES_MAX: number = CIRCLE_MEMBERS_MAX * 34 + 8;

const circleRowSchema: Schema<CircleRow> = body<CircleRow>({ members: field(0, idSet<AccountId>(CIRCLE_MEMBERS_MAX)) });

/** `members`: at most `CIRCLE_MEMBERS_MAX`, in any order. */
export function encodeCircleRow(members: ReadonlySet<AccountId>): Uint8Array {
  return encodeWith(circleRowSchema, { members: [...members].toSorted(compareHex) });
}

export function decodeCircleRow(bytes: Uint8Array): Result<readonly AccountId[], DecodeError> {
  const row = decodeWith(circleRowSchema, bytes, ROW_BYTES_MAX);
  return row.ok ? { ok: true, value: row.value.members } : row;
}
