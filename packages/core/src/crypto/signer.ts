/**
 * Signing keys behind one port: a key in memory, a non-extractable WebCrypto handle, a key in a vault. What is signed is
 * always a 32-byte domain-separated hash, so no signature can be lent to another purpose (spec [SIG3]).
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { assert } from "../assert.ts";
import { bytesToHex } from "../bytes.ts";
import type { PublicKey } from "../ids.ts";

export interface Signer {
  readonly publicKey: PublicKey;
  /** 64 bytes over a 32-byte hash. Rejects when the key is gone or locked. */
  readonly sign: (hash: Uint8Array) => Promise<Uint8Array>;
}

/** A signer over 32 bytes of secret seed (RFC 8032 §5.1.5) held in memory. */
export function seedSigner(seed: Uint8Array): Signer {
  assert(seed.length === 32, "a seed is 32 bytes");
  const secret = Uint8Array.from(seed);
  return {
    publicKey: bytesToHex(ed25519.getPublicKey(secret)) as PublicKey,
    sign: async (hash) => {
      assert(hash.length === 32, "what is signed is a 32-byte hash");
      return ed25519.sign(hash, secret);
    },
  };
}
