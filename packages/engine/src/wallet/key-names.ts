/** What keys are called in a vault, and making one. */
import { bytesToHex, INCEPTION_NONCE_BYTES, type Signer } from "@amigos/core";
import { KeyVaultError, type KeyVault } from "../ports/key-vault.ts";
import type { Random } from "../ports/runtime.ts";

/** Of the account with this nonce in its inception: under this name a vault is given a master key back. */
export function masterKeyName(nonce: string): string {
  return `master/${nonce}`;
}

/** Of the keys that a recovery of this name wins. */
export function recoveredKeyNames(name: string): { readonly master: string; readonly next: string } {
  return { master: `recovered/${name}`, next: `recovered-next/${name}` };
}

/** A new one each time. */
export function sessionKeyName(random: Random): string {
  return `session/${bytesToHex(random.bytes(INCEPTION_NONCE_BYTES))}`;
}

/** @throws {KeyVaultError} when the vault does not make it */
export async function createKey(keys: KeyVault, name: string): Promise<Signer> {
  await keys.create(name);
  const signer = await keys.signer(name);
  if (signer === undefined) throw new KeyVaultError("vault-failed", `the vault has no key ${name}`);
  return signer;
}
