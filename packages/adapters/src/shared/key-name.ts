/** Names of keys, and what every vault says about them. */
import { assert } from "@amigos/core";
import { KeyVaultError } from "@amigos/engine/ports";

/** Signers sign domain-separated hashes and nothing else (spec [SIG3]). */
const HASH_BYTES = 32;
const KEY_NAME = /^[\x20-\x7e]{1,128}$/;

export function checkKeyName(name: string): void {
  assert(KEY_NAME.test(name), "a key's name is 1 to 128 printable ASCII characters");
}

/** The hash itself, in memory of its own. */
export function checkHash(hash: Uint8Array): Uint8Array<ArrayBuffer> {
  assert(hash.length === HASH_BYTES, "a signer signs a 32-byte hash");
  return Uint8Array.from(hash);
}

export function keyExists(name: string, cause?: unknown): KeyVaultError {
  return new KeyVaultError("key-exists", `There is a key named ${name} already.`, { cause });
}
