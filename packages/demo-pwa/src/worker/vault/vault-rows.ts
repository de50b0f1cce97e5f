/** What a vault keeps in the browser: sealed keys, sealed secrets, and how the key that seals them is come by. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { PublicKey } from "@amigos/core";
import type { Sealed } from "./seal.ts";

export interface KeyRow {
  readonly publicKey: PublicKey;
  /** PKCS #8, as WebCrypto writes it. */
  readonly sealed: Sealed;
}

/** Either `open`, or one or both of the others. */
export interface LockRow {
  /** No lock: the sealing key itself, a handle that no script can read. */
  readonly open?: CryptoKey;
  readonly pin?: PinRow;
  readonly passkey?: PasskeyRow;
}

export interface PinRow {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly costLog2: number;
  /** The sealing key, under the PIN's. */
  readonly sealed: Sealed;
  /** Wrong tries since the last right one, the one under way counted. */
  readonly tries: number;
  /** No try before, in milliseconds since 1970. */
  readonly notBefore: number;
}

export interface PasskeyRow {
  readonly credential: Uint8Array<ArrayBuffer>;
  /** What the passkey is asked: exactly 32 bytes, for some take no others. */
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly sealed: Sealed;
}

export type SecretName = "entropy" | "nonce";

export interface VaultSchema extends DBSchema {
  keys: { key: string; value: KeyRow };
  secrets: { key: SecretName; value: Sealed };
  lock: { key: "lock"; value: LockRow };
}

export type VaultDatabase = IDBPDatabase<VaultSchema>;

export function openVaultDatabase(name: string): Promise<VaultDatabase> {
  return openDB<VaultSchema>(`amigos-vault/${name}`, 1, {
    upgrade: (database) => {
      database.createObjectStore("keys");
      database.createObjectStore("secrets");
      database.createObjectStore("lock");
    },
    blocking: (_version, _wanted, event) => (event.target as IDBDatabase).close(),
  });
}
