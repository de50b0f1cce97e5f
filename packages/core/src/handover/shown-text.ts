/**
 * Bytes as text that is shown as a code, pasted or read aloud: a prefix that says what they are, then base32 (RFC 4648 §6)
 * without padding. Upper case, so that a QR code uses its alphanumeric mode: 5.5 bits a character instead of 8. Lower case
 * is read too.
 */
import { base32nopad } from "@scure/base";
import type { DecodeError } from "../encoding/schema.ts";
import { err, ok, type Result } from "../result.ts";

export type ShownTextError =
  | { readonly type: "other-prefix" }
  | { readonly type: "too-large"; readonly size: number; readonly sizeMax: number }
  | { readonly type: "not-base32" };

/** Tested before letters are made upper case: some beyond ASCII become a letter of it then. */
const BASE32 = /^[A-Za-z2-7]*$/;

export function bytesToShown(prefix: string, bytes: Uint8Array): string {
  return prefix + base32nopad.encode(bytes);
}

/** Whether it says that it is what the prefix stands for. */
export function isShown(prefix: string, text: string): boolean {
  return text.trim().slice(0, prefix.length).toUpperCase() === prefix;
}

/** At most `sizeMax` bytes; more are not even decoded. */
export function shownToBytes(prefix: string, text: string, sizeMax: number): Result<Uint8Array, ShownTextError> {
  if (!isShown(prefix, text)) return err({ type: "other-prefix" });
  const encoded = text.trim().slice(prefix.length);
  // Base32 carries 5 bits a character.
  const size = Math.floor((encoded.length * 5) / 8);
  if (size > sizeMax) return err({ type: "too-large", size, sizeMax });
  if (!BASE32.test(encoded)) return err({ type: "not-base32" });
  try {
    return ok(base32nopad.decode(encoded.toUpperCase()));
  } catch {
    return err({ type: "not-base32" });
  }
}

/**
 * The bytes that a text stands for, of at most `sizeMax`; nothing of them is read yet. A text that does not say that it is one
 * is `otherwise`; one that does and cannot be read is damaged: cut off, or mistyped.
 */
export function readShown<Otherwise extends string>(
  text: string,
  { prefix, sizeMax, otherwise }: { readonly prefix: string; readonly sizeMax: number; readonly otherwise: Otherwise },
): Result<Uint8Array, DecodeError | { readonly type: Otherwise }> {
  const bytes = shownToBytes(prefix, text, sizeMax);
  if (bytes.ok) return bytes;
  const { error } = bytes;
  if (error.type === "other-prefix") return err({ type: otherwise });
  if (error.type === "too-large") return err(error);
  return err({ type: "malformed", reason: "not base32: something is missing or mistyped", offset: 0 });
}
