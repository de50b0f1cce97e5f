/**
 * The account's way back: twelve words that its keys come from, and a file, sealed by those words, of what it has said about
 * itself (spec [BAK3]). The device keeps the words until they were proven; from then on nobody has them but their owner.
 */
import { systemRandom } from "@amigos/adapters/runtime";
import { orThrow, verifyInception, type AccountRecord, type Network } from "@amigos/core";
import { masterKeyName, type Account } from "@amigos/engine";
import { BackupRefused } from "./backup-refused.ts";
import type { LockedVault } from "./vault/locked-vault.ts";

/** The words of an account whose backup was never proven. */
export async function wordsIn(vault: LockedVault): Promise<string | undefined> {
  const entropy = await vault.secret("entropy");
  if (entropy === undefined) return undefined;
  const { entropyToPhrase } = await import("@amigos/core/backup");
  return entropyToPhrase(entropy);
}

/** A file for these words. @throws {BackupRefused} when they are not this account's */
export async function sealBackup(account: Account, network: Network, words: string): Promise<Uint8Array> {
  const { encryptBackup, deriveAccountKeys } = await import("@amigos/core/backup");
  const entropy = await entropyOf(words);
  const keys = orThrow(await deriveAccountKeys(entropy, { account: 0 }));
  if (keys.master(0).publicKey !== account.inception.inception.masterKey)
    throw new BackupRefused({ type: "words-of-another-account" });
  const record = await account.record();
  const backup = { version: 1, network: network.id, record } as const;
  return orThrow(await encryptBackup(backup, { secret: { type: "phrase", entropy }, random: systemRandom }));
}

/** What a file holds for these words. @throws {BackupRefused} */
export async function openBackup(file: Uint8Array, network: Network, words: string): Promise<AccountRecord> {
  const { decryptBackup } = await import("@amigos/core/backup");
  const entropy = await entropyOf(words);
  const opened = await decryptBackup(file, { secret: { type: "phrase", entropy }, network: network.id });
  if (!opened.ok) throw new BackupRefused({ type: "backup-refused", error: opened.error });
  return opened.value.backup.record;
}

/** Gives the vault back the master key that the words stand for, of the account in the record. */
export async function importMaster(
  vault: LockedVault,
  network: Network,
  words: string,
  record: AccountRecord,
): Promise<void> {
  const { deriveAccountKeys } = await import("@amigos/core/backup");
  const keys = orThrow(await deriveAccountKeys(await entropyOf(words), { account: 0 }));
  const { inception } = orThrow(verifyInception(record.inception, network.id));
  const master = keys.master(0);
  if (master.publicKey !== inception.masterKey) throw new BackupRefused({ type: "words-of-another-account" });
  const name = masterKeyName(inception.nonce);
  if ((await vault.signer(name)) === undefined) await vault.import(name, keys.masterSeed(0), master.publicKey);
}

async function entropyOf(words: string): Promise<Uint8Array> {
  const { phraseToEntropy } = await import("@amigos/core/backup");
  const entropy = phraseToEntropy(words);
  if (!entropy.ok) throw new BackupRefused({ type: "words-refused", error: entropy.error });
  return entropy.value;
}
