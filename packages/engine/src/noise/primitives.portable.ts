/** Every runtime. WebCrypto has no ChaCha20-Poly1305, and is asynchronous. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import type { NoisePrimitives } from "./primitives.ts";

export const primitives: NoisePrimitives = {
  publicKeyOf: (secret) => x25519.getPublicKey(secret),
  sharedSecret: (secret, publicKey) => {
    try {
      return x25519.getSharedSecret(secret, publicKey);
    } catch {
      // The library refuses a secret of zero.
      return undefined;
    }
  },
  seal: ({ key, nonce, associatedData }, plaintext) => chacha20poly1305(key, nonce, associatedData).encrypt(plaintext),
  open: ({ key, nonce, associatedData }, sealed) => {
    try {
      return chacha20poly1305(key, nonce, associatedData).decrypt(sealed);
    } catch {
      return undefined;
    }
  },
};
