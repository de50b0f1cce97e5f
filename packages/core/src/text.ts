/**
 * Text forms of ids: bech32m (BIP-350) with a prefix per kind, so that a session pasted where an account belongs is
 * refused by its name and a mistyped character by its checksum (spec [TXT1]).
 */
import { bech32m } from "@scure/base";
import { bytesToHex, hexToBytes } from "./bytes.ts";
import type { AccountId, EntryId, SessionId } from "./ids.ts";
import { err, ok, type Result } from "./result.ts";

export type TextError =
  | { readonly type: "text-malformed"; readonly text: string }
  | { readonly type: "text-wrong-kind"; readonly expected: string; readonly found: string };

const PREFIX = { account: "amigo", session: "amigosession", entry: "amigoentry" } as const;
/** As long as any bech32m text may be. Of what was pasted, an error shows no more. */
const TEXT_LENGTH_MAX = 90;

/** `amigo1…`, 64 characters. */
export function accountToText(account: AccountId): string {
  return toText(PREFIX.account, account);
}

export function textToAccount(text: string): Result<AccountId, TextError> {
  return fromText<AccountId>(PREFIX.account, text);
}

/** `amigosession1…` */
export function sessionToText(session: SessionId): string {
  return toText(PREFIX.session, session);
}

export function textToSession(text: string): Result<SessionId, TextError> {
  return fromText<SessionId>(PREFIX.session, text);
}

/** `amigoentry1…` */
export function entryToText(entry: EntryId): string {
  return toText(PREFIX.entry, entry);
}

export function textToEntry(text: string): Result<EntryId, TextError> {
  return fromText<EntryId>(PREFIX.entry, text);
}

function toText(prefix: string, hex: string): string {
  return bech32m.encode(prefix, bech32m.toWords(hexToBytes(hex)));
}

function fromText<Kind extends string>(prefix: string, text: string): Result<Kind, TextError> {
  const trimmed = text.trim();
  // Refuses more than 90 characters before it looks at them, and any beyond ASCII, of which some become ASCII in lower case.
  const decoded = bech32m.decodeUnsafe(trimmed);
  if (decoded === undefined) return err({ type: "text-malformed", text: trimmed.slice(0, TEXT_LENGTH_MAX) });
  if (decoded.prefix !== prefix) return err({ type: "text-wrong-kind", expected: prefix, found: decoded.prefix });
  const bytes = bech32m.fromWordsUnsafe(decoded.words);
  return bytes instanceof Uint8Array && bytes.length === 32
    ? ok(bytesToHex(bytes) as Kind)
    : err({ type: "text-malformed", text: trimmed });
}
