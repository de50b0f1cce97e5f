/** Whose wallet a store is: kept beside the journal, so that a wallet opens again with nothing but its store and vault. */
import {
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  optional,
  text,
  type AccountId,
  type DecodeError,
  type Result,
  type Schema,
  type SessionId,
} from "@amigos/core";

export interface SessionRow {
  readonly account: AccountId;
  readonly session: SessionId;
  /** The session key's name in the vault. */
  readonly keyName: string;
  /** That of the account's master key, where a recovery won it. */
  readonly masterKeyName?: string;
}

const ROW_BYTES_MAX = 512;

const sessionRowSchema: Schema<SessionRow> = body<SessionRow>({
  account: field(0, id<AccountId>()),
  session: field(1, id<SessionId>()),
  keyName: field(2, text(128)),
  masterKeyName: optional(3, text(128)),
});

export function encodeSessionRow(row: SessionRow): Uint8Array {
  return encodeWith(sessionRowSchema, row);
}

export function decodeSessionRow(bytes: Uint8Array): Result<SessionRow, DecodeError> {
  return decodeWith(sessionRowSchema, bytes, ROW_BYTES_MAX);
}
