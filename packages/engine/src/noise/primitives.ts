/**
 * What the Noise pattern is made of beside SHA-256: X25519 (RFC 7748) and ChaCha20-Poly1305 (RFC 8439). The file behind
 * `#noise-primitives` is chosen by the package's conditional imports, never by a flag; both give the same bytes.
 */
export interface NoisePrimitives {
  /** The public key of a 32-byte secret; 32 bytes. */
  readonly publicKeyOf: (secret: Uint8Array) => Uint8Array;
  /** 32 bytes; `undefined` for a public key with which every secret shares the same, which is zero. */
  readonly sharedSecret: (secret: Uint8Array, publicKey: Uint8Array) => Uint8Array | undefined;
  /** `plaintext` as long as it is, and a tag of 16 bytes. */
  readonly seal: (box: Box, plaintext: Uint8Array) => Uint8Array;
  /** What was sealed; `undefined` when this was not, with this key, nonce and associated data. */
  readonly open: (box: Box, sealed: Uint8Array) => Uint8Array | undefined;
}

export interface Box {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice for one key. */
  readonly nonce: Uint8Array;
  readonly associatedData: Uint8Array;
}

export const KEY_BYTES = 32;
export const TAG_BYTES = 16;
