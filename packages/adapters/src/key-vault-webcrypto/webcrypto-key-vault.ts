/**
 * Keys of a browser: Ed25519 handles of WebCrypto, made non-extractable and kept as such in IndexedDB. No script can read
 * their secret, not even ours. It is software protection, for one origin; it does not make the key a hardware key.
 */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { idFromBytes, type PublicKey, type Signer } from "@amigos/core";
import { KeyVaultError, type KeyVault } from "@amigos/engine/ports";
import { checkHash, checkKeyName, keyExists } from "../shared/key-name.ts";

export interface WebCryptoKeyVault extends KeyVault {
  /** Frees the database. Signers that were given out go on working. */
  readonly close: () => Promise<void>;
}

/** Opens the vault; `name` tells several of one origin apart. Rejects with `KeyVaultError` `vault-failed`. */
export async function openWebCryptoKeyVault(options: { readonly name?: string } = {}): Promise<WebCryptoKeyVault> {
  const vault = new IndexedKeys(`amigos-keys/${options.name ?? "default"}`);
  await vault.open();
  return vault;
}

const SCHEMA_VERSION = 1;
const ALGORITHM = "Ed25519";

interface KeptKey {
  readonly publicKey: PublicKey;
  readonly handle: CryptoKey;
}

interface Schema extends DBSchema {
  keys: { key: string; value: KeptKey };
}

class IndexedKeys implements WebCryptoKeyVault {
  readonly #databaseName: string;
  #database: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(databaseName: string) {
    this.#databaseName = databaseName;
  }

  async open(): Promise<void> {
    await attempt("The browser's key store cannot be opened", () => this.#connect());
  }

  async create(name: string): Promise<PublicKey> {
    checkKeyName(name);
    const kept = await attempt("This browser cannot make Ed25519 keys", makeKey);
    await attempt(`The key ${name} cannot be kept`, () => this.#keep(name, kept));
    return kept.publicKey;
  }

  async signer(name: string): Promise<Signer | undefined> {
    checkKeyName(name);
    const kept = await attempt(`The key ${name} cannot be read`, async () => (await this.#connect()).get("keys", name));
    return kept && signerOf(kept);
  }

  async close(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    (await database)?.close();
  }

  async #keep(name: string, kept: KeptKey): Promise<void> {
    const transaction = (await this.#connect()).transaction("keys", "readwrite", { durability: "strict" });
    // `add` fails where there is a key already, and with it the transaction, in all tabs alike.
    const [added, done] = await Promise.allSettled([transaction.store.add(kept, name), transaction.done]);
    if (added.status === "rejected" && isNamed(added.reason, "ConstraintError")) throw keyExists(name, added.reason);
    if (done.status === "rejected") throw done.reason;
  }

  /** The open database; opened anew after the browser or another tab made us let go of it. */
  #connect(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= this.#openDatabase();
    return this.#database;
  }

  async #openDatabase(): Promise<IDBPDatabase<Schema>> {
    const forget = (): void => {
      this.#database = undefined;
    };
    try {
      return await openDB<Schema>(this.#databaseName, SCHEMA_VERSION, {
        upgrade: (database) => void database.createObjectStore("keys"),
        blocking: (_version, _wanted, event) => {
          forget();
          (event.target as IDBDatabase).close();
        },
        terminated: forget,
      });
    } catch (error) {
      forget();
      throw error;
    }
  }
}

async function makeKey(): Promise<KeptKey> {
  const isExtractable = false;
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, isExtractable, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return { publicKey: idFromBytes<PublicKey>(raw), handle: privateKey };
}

function signerOf(kept: KeptKey): Signer {
  return {
    publicKey: kept.publicKey,
    sign: (hash) =>
      attempt(
        "The key cannot sign",
        async () => new Uint8Array(await crypto.subtle.sign(ALGORITHM, kept.handle, checkHash(hash))),
      ),
  };
}

async function attempt<Value>(what: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof KeyVaultError) throw error;
    throw new KeyVaultError("vault-failed", `${what}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
