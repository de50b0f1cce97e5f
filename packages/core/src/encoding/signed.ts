/**
 * The envelope of everything that is signed: the CBOR array `[body, signature]`. Its last 66 bytes are always the header
 * and the 64 bytes of the signature, so the body's own bytes are a slice and are hashed where they lie (spec [ENC2]).
 */
import { SIGNATURE_BYTES } from "../crypto/ed25519.ts";
import { assert } from "../assert.ts";
import { concatBytes, plainBytes } from "../bytes.ts";
import { err, ok, type Result } from "../result.ts";
import type { CborError } from "./reader.ts";
import { decodeWith, type DecodeError, type Schema } from "./schema.ts";

const ARRAY_OF_TWO = 0x82;
const SIGNATURE_HEADER = [0x58, SIGNATURE_BYTES] as const;
/** What the envelope adds to a body, in bytes. */
export const ENVELOPE_BYTES: number = 1 + SIGNATURE_HEADER.length + SIGNATURE_BYTES;

export function joinSigned(body: Uint8Array, signature: Uint8Array): Uint8Array {
  assert(signature.length === SIGNATURE_BYTES, "a signature is 64 bytes");
  return concatBytes(Uint8Array.of(ARRAY_OF_TWO), body, Uint8Array.from(SIGNATURE_HEADER), signature);
}

/** The two slices. Says nothing about the body yet: it is decoded strictly by whoever knows its schema. */
export function splitSigned(
  bytes: Uint8Array,
): Result<{ readonly body: Uint8Array; readonly signature: Uint8Array }, CborError> {
  const bodyEnd = bytes.length - (ENVELOPE_BYTES - 1);
  const isEnvelope =
    bodyEnd > 1 &&
    bytes[0] === ARRAY_OF_TWO &&
    bytes[bodyEnd] === SIGNATURE_HEADER[0] &&
    bytes[bodyEnd + 1] === SIGNATURE_HEADER[1];
  if (!isEnvelope) return err({ type: "malformed", reason: "not a body with its signature", offset: 0 });
  const plain = plainBytes(bytes);
  return ok({ body: plain.subarray(1, bodyEnd), signature: plain.subarray(bodyEnd + SIGNATURE_HEADER.length) });
}

/** A signed body, decoded. Proves nothing yet: whoever knows the key checks `signature` on the hash of `encoded`. */
export interface SignedBody<Body> {
  readonly body: Body;
  /** The body's own bytes, which are hashed. */
  readonly encoded: Uint8Array;
  readonly signature: Uint8Array;
}

/** What some bytes claim to be, of at most `sizeMax` bytes with the signature. */
export function decodeSigned<Body>(
  schema: Schema<Body>,
  bytes: Uint8Array,
  sizeMax: number,
): Result<SignedBody<Body>, DecodeError> {
  if (bytes.length > sizeMax) return err({ type: "too-large", size: bytes.length, sizeMax });
  const split = splitSigned(bytes);
  if (!split.ok) return split;
  const { body: encoded, signature } = split.value;
  const decoded = decodeWith(schema, encoded, sizeMax);
  return decoded.ok ? ok({ body: decoded.value, encoded, signature }) : decoded;
}
