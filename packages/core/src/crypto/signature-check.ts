import type { PublicKey } from "../ids.ts";

/** One question to a verifier: whether `signature` (64 bytes) signs `message` under `publicKey`. */
export interface SignatureCheck {
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly publicKey: PublicKey;
}
