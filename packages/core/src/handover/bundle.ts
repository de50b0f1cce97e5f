/**
 * Bundles: entries with what vouches for them (inception and control entries of their accounts), as one self-contained
 * byte string. It travels over a link, in a file, as text or in a QR code; whoever gets it can verify every entry in it
 * with this package alone (spec [BUN1]).
 */
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
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

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

const BUNDLE_PREFIX = "AMIGOS:B";

/** As many control entries as an account may have sessions. */
export const accountRecordSchema: Schema<AccountRecord> = tuple<AccountRecord>({
  inception: byteString(CONTROL_ENTRY_BYTES_MAX),
  control: list(byteString(CONTROL_ENTRY_BYTES_MAX), SESSIONS_PER_ACCOUNT_MAX),
});

const bundleSchema: Schema<Bundle> = body<Bundle>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  accounts: field(2, list(accountRecordSchema, BUNDLE_ITEMS_MAX)),
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

/** `AMIGOS:B…` */
export function bundleToText(bytes: Uint8Array): string {
  return bytesToShown(BUNDLE_PREFIX, bytes);
}

export function isBundleText(text: string): boolean {
  return isShown(BUNDLE_PREFIX, text);
}

export function textToBundle(text: string, network: NetworkTag): Result<Bundle, BundleError> {
  const bytes = readShown(text, { prefix: BUNDLE_PREFIX, sizeMax: BUNDLE_BYTES_MAX, otherwise: "not-a-bundle" });
  return bytes.ok ? decodeBundle(bytes.value, network) : bytes;
}
