/**
 * Where keys live. A key is made inside the vault and never leaves it: in a browser as a non-extractable WebCrypto
 * handle, in Node as a row of a file that only its owner can read. The engine knows keys by name and uses `Signer`s.
 */
import type { PublicKey, Signer } from "@amigos/core";

export interface KeyVault {
  /** Makes a new Ed25519 key under `name`, durably. Rejects with `KeyVaultError` `key-exists` when the name is taken. */
  readonly create: (name: string) => Promise<PublicKey>;
  /** The signer of a key made before, or `undefined`. */
  readonly signer: (name: string) => Promise<Signer | undefined>;
}

export class KeyVaultError extends Error {
  override readonly name = "KeyVaultError";
  readonly type: "key-exists" | "key-locked" | "vault-failed";
  constructor(type: KeyVaultError["type"], message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.type = type;
  }
}
