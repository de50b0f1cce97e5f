/**
 * What a runtime may do faster than portable code. The file behind `#native` is chosen by the package's conditional
 * imports, never by a flag, and may only ever *accept* sooner: see `ed25519.ts` for what a native rejection means.
 */
export interface Native {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  /** Strict verification of the runtime. `undefined` when the runtime has none that works synchronously. */
  readonly verifyEd25519: ((signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean) | undefined;
}
