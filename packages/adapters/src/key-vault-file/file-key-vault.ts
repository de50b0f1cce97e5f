/**
 * Keys of a Node program: a folder with one file per key, readable by its owner only. A file appears whole or not at
 * all, and never replaces another, also when two processes make the same key at once: it is written and synced under a
 * name of its own, then linked to the final name, which the file system does at most once.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  type KeyObject,
} from "node:crypto";
import { chmod, link, mkdir, open, readFile, stat, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { idFromBytes, type PublicKey, type Signer } from "@amigos/core";
import { KeyVaultError, type KeyVault } from "@amigos/engine/ports";
import { checkHash, checkKeyName, keyExists } from "../shared/key-name.ts";

/** Opens the vault in `directory`, which is made where missing. Rejects with `KeyVaultError` `vault-failed`. */
export async function openFileKeyVault(options: { readonly directory: string }): Promise<KeyVault> {
  const directory = resolve(options.directory);
  await attempt(`The key folder ${directory} cannot be made`, async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
  });
  return new FileKeyVault(directory);
}

/** An Ed25519 SubjectPublicKeyInfo (RFC 8410 §4) ends in the raw key. */
const PUBLIC_KEY_BYTES = 32;
/** Group and others. */
const SHARED_MODE_BITS = 0o077;

class FileKeyVault implements KeyVault {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async create(name: string): Promise<PublicKey> {
    checkKeyName(name);
    const { privateKey } = generateKeyPairSync("ed25519");
    await this.#keep(name, privateKey.export({ format: "pem", type: "pkcs8" }) as string);
    return publicKeyOf(privateKey);
  }

  async signer(name: string): Promise<Signer | undefined> {
    checkKeyName(name);
    const pem = await this.#read(name);
    if (pem === undefined) return undefined;
    const privateKey = await attempt(`The key ${name} in ${this.#directory} is damaged`, async () => parseKey(pem));
    return {
      publicKey: publicKeyOf(privateKey),
      sign: async (hash) => Uint8Array.from(sign(null, checkHash(hash), privateKey)),
    };
  }

  async #keep(name: string, pem: string): Promise<void> {
    const path = this.#path(name);
    const draft = `${path}.${randomUUID()}.draft`;
    await attempt(`The key ${name} cannot be kept in ${this.#directory}`, async () => {
      try {
        await writeDurably(draft, pem);
        await linkOnce(draft, path, name);
      } finally {
        await unlink(draft).catch(() => {});
      }
      await syncDirectory(this.#directory);
    });
  }

  async #read(name: string): Promise<string | undefined> {
    const path = this.#path(name);
    return attempt(`The key ${name} in ${this.#directory} cannot be read`, async () => {
      try {
        await checkPrivate(path);
        return await readFile(path, "utf8");
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        throw error;
      }
    });
  }

  /** A hash, because a name may hold what a file name must not, and some file systems ignore case. */
  #path(name: string): string {
    return join(this.#directory, `${createHash("sha256").update(name).digest("hex")}.pem`);
  }
}

function parseKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`it is of the kind ${key.asymmetricKeyType}`);
  return key;
}

function publicKeyOf(privateKey: KeyObject): PublicKey {
  const encoded = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return idFromBytes<PublicKey>(encoded.subarray(-PUBLIC_KEY_BYTES));
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linkOnce(from: string, to: string, name: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    throw codeOf(error) === "EEXIST" ? keyExists(name, error) : error;
  }
}

/** Makes the new name itself survive a power cut. Windows has no such call and needs none. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function checkPrivate(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const { mode } = await stat(path);
  if ((mode & SHARED_MODE_BITS) !== 0) {
    throw new KeyVaultError(
      "vault-failed",
      `${path} can be read by others. If you trust it still: chmod 600 '${path}'`,
    );
  }
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

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
