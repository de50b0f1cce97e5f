/** Node: its OpenSSL hashes about five times and verifies about fifteen times as fast as portable code. */
import { createPublicKey, hash, verify, type KeyObject } from "node:crypto";
import { hexToBytes } from "../bytes.ts";
import type { PublicKey } from "../ids.ts";
import type { Native } from "./native.ts";
import type { SignatureCheck } from "./signature-check.ts";

/** DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410 §4); the raw key follows. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
/** Parsed keys are kept, because parsing costs a third of a verification. Bounded: a peer chooses the keys we see. */
const PARSED_KEYS_MAX = 1024;

const parsedKeys = new Map<PublicKey, KeyObject>();

export const native: Native = {
  // By way of hex, for a Buffer from OpenSSL costs more than hashing an entry. As a plain array, for a Buffer means
  // something else by `slice` and prints differently.
  sha256: (bytes) => new Uint8Array(Buffer.from(hash("sha256", bytes, "hex"), "hex")),
  sha256Hex: (bytes) => hash("sha256", bytes, "hex"),
  // One flat string. Portable code leaves one of as many pieces, put together when it first becomes a key of a map.
  bytesToHex: (bytes, start, end) => Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("hex"),
  verifyEd25519: accepts,
  verifyEd25519Together: async (checks) => checks.map(accepts),
};

function accepts({ signature, message, publicKey }: SignatureCheck): boolean {
  try {
    return verify(null, message, parseKey(publicKey), signature);
  } catch {
    // OpenSSL refuses to parse some encodings that ZIP 215 allows; the portable verifier decides about those.
    return false;
  }
}

function parseKey(publicKey: PublicKey): KeyObject {
  const known = parsedKeys.get(publicKey);
  if (known !== undefined) return known;
  const encoded = Buffer.concat([SPKI_PREFIX, hexToBytes(publicKey)]);
  const parsed = createPublicKey({ key: encoded, format: "der", type: "spki" });
  if (parsedKeys.size >= PARSED_KEYS_MAX) parsedKeys.clear();
  parsedKeys.set(publicKey, parsed);
  return parsed;
}
