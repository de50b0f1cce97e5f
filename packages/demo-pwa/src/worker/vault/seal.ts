/**
 * How keys are kept from who only has the disk: AES-GCM (NIST SP 800-38D) under a key that seals, bound to a name so that no
 * sealed thing can stand in another's place. Two secrets make a sealing key: a PIN by scrypt, a passkey's answer by HKDF.
 */
import { scryptAsync } from "@noble/hashes/scrypt.js";

export interface Sealed {
  /** 12 bytes, drawn at random each time. */
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const CIPHER = { name: "AES-GCM", length: 256 } as const;
const USAGES = ["wrapKey", "unwrapKey", "encrypt", "decrypt"] as const;
const IV_BYTES = 12;

/** scrypt (RFC 7914) with 64 MiB: a third of a second on a computer, one to two on a phone, and as much for each guess. */
export const PIN_COST_LOG2 = 16;
const PIN_BLOCK_SIZE = 8;
const KEY_BYTES = 32;

/** Tells this use of a passkey's answer from every other. */
const PASSKEY_USE = new TextEncoder().encode("amigos vault key, version 1");

/** A new sealing key. One that is extractable can itself be sealed under others. */
export function createSealingKey(isExtractable: boolean): Promise<CryptoKey> {
  return crypto.subtle.generateKey(CIPHER, isExtractable, USAGES);
}

/** The sealing key of a PIN. Takes its time on purpose. */
export async function pinToKey(pin: string, salt: Uint8Array, costLog2: number): Promise<CryptoKey> {
  const options = { N: 2 ** costLog2, r: PIN_BLOCK_SIZE, p: 1, dkLen: KEY_BYTES };
  const bytes = await scryptAsync(pin.normalize("NFKD"), salt, options);
  return crypto.subtle.importKey("raw", Uint8Array.from(bytes), CIPHER, false, USAGES);
}

/** The sealing key of the 32 bytes that a passkey answers (WebAuthn level 3, the PRF extension). */
export async function passkeyToKey(secret: Uint8Array): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", Uint8Array.from(secret), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: PASSKEY_USE };
  return crypto.subtle.deriveKey(derivation, base, CIPHER, false, USAGES);
}

export async function sealKey(
  format: "raw" | "pkcs8",
  key: CryptoKey,
  under: CryptoKey,
  name: string,
): Promise<Sealed> {
  const cipher = cipherFor(name);
  return { iv: cipher.iv, bytes: new Uint8Array(await crypto.subtle.wrapKey(format, key, under, cipher)) };
}

/** Rejects with `OperationError` when it was sealed under another key or another name. */
export function openSealingKey({ iv, bytes }: Sealed, under: CryptoKey, name: string): Promise<CryptoKey> {
  return crypto.subtle.unwrapKey("raw", bytes, under, cipherFor(name, iv), CIPHER, true, USAGES);
}

/** An Ed25519 key, of which a script sees nothing unless it is extractable. */
export function openSigningKey(
  { iv, bytes }: Sealed,
  under: CryptoKey,
  name: string,
  isExtractable = false,
): Promise<CryptoKey> {
  return crypto.subtle.unwrapKey("pkcs8", bytes, under, cipherFor(name, iv), "Ed25519", isExtractable, ["sign"]);
}

export async function sealBytes(plain: Uint8Array, under: CryptoKey, name: string): Promise<Sealed> {
  const cipher = cipherFor(name);
  const bytes = await crypto.subtle.encrypt(cipher, under, Uint8Array.from(plain));
  return { iv: cipher.iv, bytes: new Uint8Array(bytes) };
}

export async function openBytes({ iv, bytes }: Sealed, under: CryptoKey, name: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.decrypt(cipherFor(name, iv), under, bytes));
}

function cipherFor(
  name: string,
  iv: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(IV_BYTES)),
): {
  readonly name: "AES-GCM";
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly additionalData: Uint8Array<ArrayBuffer>;
} {
  return { name: CIPHER.name, iv, additionalData: Uint8Array.from(new TextEncoder().encode(name)) };
}
