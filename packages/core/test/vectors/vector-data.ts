/** The vectors as their authors publish them: JSON, so that it goes into a child process or a page. */
import type { CoreVectors } from "../support/core-vectors.ts";

export interface VectorData {
  /** Ours, from `vectors/core-1.json`. */
  readonly core: CoreVectors;
  /** Those of others, by file. They are not in the repository, and so may be missing. */
  readonly external: Partial<ExternalVectors>;
}

export interface ExternalVectors {
  readonly "wycheproof-ed25519.json": WycheproofVectors;
  readonly "rfc8949-appendix-a.json": readonly CborVector[];
  readonly "dcbor-valid.json": readonly CborVector[];
  readonly "dcbor-invalid.json": readonly CborVector[];
  readonly "bip39.json": { readonly english: readonly Bip39Vector[] };
}

/** Entropy, phrase, seed under the passphrase "TREZOR", and a key that is none of ours. */
export type Bip39Vector = readonly [entropy: string, phrase: string, seed: string, extendedKey: string];

export interface WycheproofVectors {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

export interface CborVector {
  readonly hex: string;
  /** Whether the bytes are what an encoder would write. */
  readonly roundtrip?: boolean;
}
