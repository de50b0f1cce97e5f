/**
 * Deterministic CBOR (RFC 8949 §4.2.1) for bodies: maps with small whole-number keys, byte strings, text, whole
 * numbers and arrays. Decoding is strict: decode, encode again, compare (spec [ENC1]). Whatever does not come back
 * byte for byte is not canonical, whatever the library forgave on the way.
 */
import { decode, encode } from "cborg";
import { equalBytes } from "../bytes.ts";
import { err, ok, type Result } from "../result.ts";

export type CborValue = number | bigint | string | Uint8Array | readonly CborValue[] | ReadonlyMap<number, CborValue>;

export type CborError =
  | { readonly type: "malformed"; readonly reason: string }
  | { readonly type: "not-canonical"; readonly offset: number };

const DECODE_OPTIONS = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
} as const;

export function encodeCbor(value: CborValue): Uint8Array {
  return encode(value);
}

/** Decodes one item that fills `bytes` exactly, and that we would have encoded to these very bytes. */
export function decodeCbor(bytes: Uint8Array): Result<unknown, CborError> {
  let value: unknown;
  try {
    value = decode(bytes, DECODE_OPTIONS);
  } catch (error) {
    return err({ type: "malformed", reason: error instanceof Error ? error.message : "not CBOR" });
  }
  let again: Uint8Array;
  try {
    again = encode(value);
  } catch {
    return err({ type: "malformed", reason: "holds a value that bodies do not have" });
  }
  return equalBytes(bytes, again) ? ok(value) : err({ type: "not-canonical", offset: firstDifference(bytes, again) });
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const shorter = a.length < b.length ? a.length : b.length;
  for (let index = 0; index < shorter; index++) if (a[index] !== b[index]) return index;
  return shorter;
}
