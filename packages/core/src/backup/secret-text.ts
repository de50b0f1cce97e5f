/**
 * Passwords and passphrases: one reading of what a person types, on every keyboard (spec [BAK5]). Nothing is trimmed and
 * no case is changed; only what looks the same is made the same, in the form that BIP-39 asks for as well.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { err, ok, type Result } from "../result.ts";

/** Why a text cannot be a password or passphrase. The text itself is never in an error. */
export type SecretTextError = {
  readonly type: "password-refused" | "passphrase-refused";
  /** `not-text`: half of a character that takes two code units. Encoders write the same three bytes for each of them. */
  readonly reason: "empty" | "too-long" | "not-text";
};

/** UTF-8 bytes of a password or passphrase as typed. A sentence fits in any script; a pasted file does not. */
const SECRET_TEXT_BYTES_MAX = 1024;

const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/** What protects a file. An empty one protects nothing and is refused. */
export function readPassword(typed: string): Result<string, SecretTextError> {
  return typed === "" ? err({ type: "password-refused", reason: "empty" }) : read(typed, "password-refused");
}

/** BIP-39's optional addition to a phrase. An empty one is none. */
export function readPassphrase(typed: string): Result<string, SecretTextError> {
  return read(typed, "passphrase-refused");
}

function read(typed: string, type: SecretTextError["type"]): Result<string, SecretTextError> {
  // No character has fewer bytes than code units: what is far too long is not even encoded.
  if (typed.length > SECRET_TEXT_BYTES_MAX || utf8ToBytes(typed).length > SECRET_TEXT_BYTES_MAX)
    return err({ type, reason: "too-long" });
  if (LONE_SURROGATE.test(typed)) return err({ type, reason: "not-text" });
  // determinism: Unicode never changes the form of an assigned character, and a keyboard types no others
  return ok(typed.normalize("NFKD"));
}
