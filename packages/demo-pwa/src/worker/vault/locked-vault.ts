/**
 * The wallet's keys, sealed under one key of their own. What opens that one is the lock: a passkey, a PIN, either of both,
 * or nothing, and then it lies beside them as a handle that no script can read. While it is locked, nothing here signs.
 *
 * Nobody is locked in by a half-done step: whatever changes the lock is computed first, and is then one transaction.
 */
import { idFromBytes, type PublicKey, type Signer } from "@amigos/core";
import { KeyVaultError, type KeyVault } from "@amigos/engine";
import type { LockChoice, LockSecret, LockState, UnlockSecret } from "../../wallet/lock.ts";
import { LockError } from "./lock-error.ts";
import {
  createSealingKey,
  openBytes,
  openSealingKey,
  openSigningKey,
  passkeyToKey,
  PIN_COST_LOG2,
  pinToKey,
  sealBytes,
  sealKey,
  type Sealed,
} from "./seal.ts";
import { waitAfter } from "./tries.ts";
import { openVaultDatabase, type KeyRow, type LockRow, type SecretName, type VaultDatabase } from "./vault-rows.ts";

const SALT_BYTES = 16;
/** What the sealing key is sealed as. No key's name begins so. */
const LOCK_NAMES = { pin: "lock/pin", passkey: "lock/passkey" } as const;
/** RFC 8410: what stands before the 32 bytes of an Ed25519 key. */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

export class LockedVault implements KeyVault {
  readonly #database: VaultDatabase;
  #lock: LockRow | undefined;
  #key: CryptoKey | undefined;

  private constructor(database: VaultDatabase, lock: LockRow | undefined) {
    this.#database = database;
    this.#lock = lock;
    this.#key = lock?.open;
  }

  static async open(name: string): Promise<LockedVault> {
    const database = await openVaultDatabase(name);
    return new LockedVault(database, await database.get("lock", "lock"));
  }

  /** Whether a lock was ever chosen: before, there is nothing to open. */
  get isSetUp(): boolean {
    return this.#lock !== undefined;
  }

  get isOpen(): boolean {
    return this.#key !== undefined;
  }

  /** What opens it. Empty without a lock. */
  get lockState(): LockState {
    const { pin, passkey } = this.#lock ?? {};
    return {
      ...(pin === undefined ? {} : { pin: { notBefore: pin.notBefore } }),
      ...(passkey === undefined ? {} : { passkey: { credential: passkey.credential, salt: passkey.salt } }),
    };
  }

  /** @throws {LockError} `pin-wrong`, `pin-too-soon`, `passkey-wrong` */
  async unlock(secret: UnlockSecret, now: number): Promise<void> {
    this.#key =
      secret.type === "pin" ? await this.#openByPin(secret.pin, now) : await this.#openByPasskey(secret.secret);
  }

  /** The first lock, or another in place of what there was. The vault is open. */
  async setLock(choice: LockChoice): Promise<void> {
    const key = await createSealingKey(choice.type !== "none");
    const lock: LockRow = choice.type === "none" ? { open: key } : await sealedBy(choice, key);
    await this.#change(lock, this.#key === undefined ? undefined : await this.#resealed(this.#key, key));
    this.#key = key;
  }

  /** One more way to open it, beside the one that there is. */
  async addLock(secret: LockSecret): Promise<void> {
    if (this.#lock?.open !== undefined) return this.setLock(secret);
    await this.#change({ ...this.#lock, ...(await sealedBy(secret, this.#mustBeOpen())) });
  }

  async create(name: string): Promise<PublicKey> {
    const { privateKey, publicKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    return this.#keep(name, { handle: privateKey, publicKey: idFromBytes<PublicKey>(raw) });
  }

  /** Keeps a key that was made elsewhere: 32 bytes of seed (RFC 8032 §5.1.5) and what they give. */
  async import(name: string, seed: Uint8Array, publicKey: PublicKey): Promise<PublicKey> {
    const pkcs8 = new Uint8Array([...PKCS8_HEAD, ...seed]);
    return this.#keep(name, {
      handle: await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]),
      publicKey,
    });
  }

  async signer(name: string): Promise<Signer | undefined> {
    const row = await this.#database.get("keys", name);
    if (row === undefined) return undefined;
    const handle = await openSigningKey(row.sealed, this.#mustBeOpen(), name);
    return {
      publicKey: row.publicKey,
      sign: async (hash) => new Uint8Array(await crypto.subtle.sign("Ed25519", handle, Uint8Array.from(hash))),
    };
  }

  /** Something else that only the lock opens. */
  async secret(name: SecretName): Promise<Uint8Array | undefined> {
    const sealed = await this.#database.get("secrets", name);
    return sealed && openBytes(sealed, this.#mustBeOpen(), name);
  }

  async keepSecret(name: SecretName, bytes: Uint8Array): Promise<void> {
    await this.#database.put("secrets", await sealBytes(bytes, this.#mustBeOpen(), name), name);
  }

  async forgetSecret(name: SecretName): Promise<void> {
    await this.#database.delete("secrets", name);
  }

  /** Nothing opens any more until it is opened anew. */
  close(): void {
    this.#key = undefined;
    this.#database.close();
  }

  async #openByPin(pin: string, now: number): Promise<CryptoKey> {
    const row = this.#lock?.pin;
    if (row === undefined) throw new LockError({ type: "pin-wrong" });
    if (now < row.notBefore) throw new LockError({ type: "pin-too-soon", notBefore: row.notBefore });
    // Counted before it is tried: who closes the page in the middle gains no try.
    const tries = row.tries + 1;
    await this.#change({ ...this.#lock, pin: { ...row, tries, notBefore: now + waitAfter(tries) } });
    const key = await opened(row.sealed, await pinToKey(pin, row.salt, row.costLog2), LOCK_NAMES.pin);
    if (key === undefined) throw new LockError({ type: "pin-wrong" });
    await this.#change({ ...this.#lock, pin: { ...row, tries: 0, notBefore: 0 } });
    return key;
  }

  async #openByPasskey(secret: Uint8Array): Promise<CryptoKey> {
    const row = this.#lock?.passkey;
    const key = row && (await opened(row.sealed, await passkeyToKey(secret), LOCK_NAMES.passkey));
    if (key === undefined) throw new LockError({ type: "passkey-wrong" });
    return key;
  }

  async #keep(name: string, { handle, publicKey }: { handle: CryptoKey; publicKey: PublicKey }): Promise<PublicKey> {
    const row: KeyRow = { publicKey, sealed: await sealKey("pkcs8", handle, this.#mustBeOpen(), name) };
    const transaction = this.#database.transaction("keys", "readwrite", { durability: "strict" });
    const [added, done] = await Promise.allSettled([transaction.store.add(row, name), transaction.done]);
    if (added.status === "rejected" && isNamed(added.reason, "ConstraintError"))
      throw new KeyVaultError("key-exists", `There is a key named ${name} already.`, { cause: added.reason });
    if (done.status === "rejected")
      throw new KeyVaultError("vault-failed", `The key ${name} cannot be kept.`, { cause: done.reason });
    return publicKey;
  }

  /** Everything here, from one sealing key to another. */
  async #resealed(from: CryptoKey, to: CryptoKey): Promise<Resealed> {
    const [names, rows, secretNames, secrets] = await Promise.all([
      this.#database.getAllKeys("keys"),
      this.#database.getAll("keys"),
      this.#database.getAllKeys("secrets"),
      this.#database.getAll("secrets"),
    ]);
    return {
      keys: await Promise.all(
        rows.map(async (row, index): Promise<readonly [string, KeyRow]> => {
          const name = names[index] ?? "";
          const handle = await openSigningKey(row.sealed, from, name, true);
          return [name, { ...row, sealed: await sealKey("pkcs8", handle, to, name) }];
        }),
      ),
      secrets: await Promise.all(
        secrets.map(async (sealed, index): Promise<readonly [SecretName, Sealed]> => {
          const name = secretNames[index] as SecretName;
          return [name, await sealBytes(await openBytes(sealed, from, name), to, name)];
        }),
      ),
    };
  }

  async #change(lock: LockRow, { keys = [], secrets = [] }: Partial<Resealed> = {}): Promise<void> {
    const transaction = this.#database.transaction(["keys", "secrets", "lock"], "readwrite", { durability: "strict" });
    await Promise.all([
      ...keys.map(([name, row]) => transaction.objectStore("keys").put(row, name)),
      ...secrets.map(([name, sealed]) => transaction.objectStore("secrets").put(sealed, name)),
      transaction.objectStore("lock").put(lock, "lock"),
      transaction.done,
    ]);
    this.#lock = lock;
  }

  #mustBeOpen(): CryptoKey {
    if (this.#key === undefined) throw new KeyVaultError("key-locked", "the vault is locked");
    return this.#key;
  }
}

interface Resealed {
  readonly keys: readonly (readonly [string, KeyRow])[];
  readonly secrets: readonly (readonly [SecretName, Sealed])[];
}

async function sealedBy(secret: LockSecret, key: CryptoKey): Promise<LockRow> {
  if (secret.type === "passkey") {
    const { credential, salt } = secret;
    const sealed = await sealKey("raw", key, await passkeyToKey(secret.secret), LOCK_NAMES.passkey);
    return { passkey: { credential: Uint8Array.from(credential), salt: Uint8Array.from(salt), sealed } };
  }
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const under = await pinToKey(secret.pin, salt, PIN_COST_LOG2);
  const sealed = await sealKey("raw", key, under, LOCK_NAMES.pin);
  return { pin: { salt, costLog2: PIN_COST_LOG2, sealed, tries: 0, notBefore: 0 } };
}

/** `undefined`: it was sealed under another key. */
async function opened(sealed: Sealed, under: CryptoKey, name: string): Promise<CryptoKey | undefined> {
  try {
    return await openSealingKey(sealed, under, name);
  } catch (error) {
    if (isNamed(error, "OperationError")) return undefined;
    throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
