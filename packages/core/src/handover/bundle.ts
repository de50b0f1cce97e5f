/**
 * Bundles: entries with what vouches for them (inception and control entries of their accounts), as one self-contained
 * byte string. It travels over a link, in a file, as text or in a QR code; whoever gets it can verify every entry in it
 * with this package alone (spec [BUN1]).
 */
import { base32nopad } from "@scure/base";
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  list,
  tuple,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import type { NetworkTag } from "../ids.ts";
import {
  BUNDLE_BYTES_MAX,
  BUNDLE_ITEMS_MAX,
  CONTROL_ENTRY_BYTES_MAX,
  ENTRY_BYTES_MAX,
  SESSIONS_PER_ACCOUNT_MAX,
} from "../limits.ts";
import { err, type Result } from "../result.ts";

/** What an account has said about itself, as signed bytes, oldest first. */
export interface AccountRecord {
  readonly inception: Uint8Array;
  readonly control: readonly Uint8Array[];
}

export interface Bundle {
  readonly version: 1;
  readonly network: NetworkTag;
  readonly accounts: readonly AccountRecord[];
  /** Signed entries, each log in order of sequence. */
  readonly entries: readonly Uint8Array[];
}

export type BundleError = DecodeError | { readonly type: "not-a-bundle" };

/** Upper case, so that a QR code uses its alphanumeric mode: 5.5 bits a character instead of 8. */
const BUNDLE_PREFIX = "AMIGOS:B";

/** Tested before letters are made upper case: some beyond ASCII become a letter of it then. */
const BASE32 = /^[A-Za-z2-7]*$/;

/** It says that it is a bundle, so it is a damaged one: cut off, or mistyped. */
const NOT_BASE32: BundleError = {
  type: "malformed",
  reason: "not base32: something is missing or mistyped",
  offset: 0,
};

const bundleSchema: Schema<Bundle> = body<Bundle>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  accounts: field(
    2,
    list(
      tuple<AccountRecord>({
        inception: byteString(CONTROL_ENTRY_BYTES_MAX),
        control: list(byteString(CONTROL_ENTRY_BYTES_MAX), SESSIONS_PER_ACCOUNT_MAX),
      }),
      BUNDLE_ITEMS_MAX,
    ),
  ),
  entries: field(3, list(byteString(ENTRY_BYTES_MAX), BUNDLE_ITEMS_MAX)),
});

export function encodeBundle(bundle: Bundle): Uint8Array {
  return encodeWith(bundleSchema, bundle);
}

export function decodeBundle(bytes: Uint8Array, network: NetworkTag): Result<Bundle, BundleError> {
  const decoded = decodeWith(bundleSchema, bytes, BUNDLE_BYTES_MAX);
  if (!decoded.ok) return decoded;
  return decoded.value.network === network
    ? decoded
    : err({ type: "wrong-network", expected: network, found: decoded.value.network });
}

/** `AMIGOS:B…`, base32 (RFC 4648 §6) without padding. */
export function bundleToText(bytes: Uint8Array): string {
  return BUNDLE_PREFIX + base32nopad.encode(bytes);
}

export function isBundleText(text: string): boolean {
  return text.trim().slice(0, BUNDLE_PREFIX.length).toUpperCase() === BUNDLE_PREFIX;
}

export function textToBundle(text: string, network: NetworkTag): Result<Bundle, BundleError> {
  const trimmed = text.trim();
  if (!isBundleText(trimmed)) return err({ type: "not-a-bundle" });
  const encoded = trimmed.slice(BUNDLE_PREFIX.length);
  // Base32 carries 5 bits a character.
  const size = Math.floor((encoded.length * 5) / 8);
  if (size > BUNDLE_BYTES_MAX) return err({ type: "too-large", size, sizeMax: BUNDLE_BYTES_MAX });
  if (!BASE32.test(encoded)) return err(NOT_BASE32);
  let bytes: Uint8Array;
  try {
    bytes = base32nopad.decode(encoded.toUpperCase());
  } catch {
    return err(NOT_BASE32);
  }
  return decodeBundle(bytes, network);
}
