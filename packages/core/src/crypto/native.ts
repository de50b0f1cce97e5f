/**
 * What a runtime may do faster than portable code. The file behind `#native` is chosen by the package's conditional
 * imports, never by a flag, and may only ever *accept* sooner: see `ed25519.ts` for what a native rejection means.
 */
import type { SignatureCheck } from "./signature-check.ts";

export interface Native {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  /** The same as lower-case hex, where the runtime gives that sooner than 32 bytes that somebody else makes hex of. */
  readonly sha256Hex?: (bytes: Uint8Array) => string;
  /** Lower-case hex of the bytes from `start` up to `end`. Left out where portable code is as good. */
  readonly bytesToHex?: (bytes: Uint8Array, start: number, end: number) => string;
  /** Strict verification of the runtime. Accepts nothing where there is none, or none that works synchronously. */
  readonly verifyEd25519: (check: SignatureCheck) => boolean;
  /** The same for many at once, an answer for each in the order given. Never rejects. */
  readonly verifyEd25519Together: (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>;
}
