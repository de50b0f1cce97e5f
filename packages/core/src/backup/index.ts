/**
 * `@amigos/core/backup`: the recovery phrase, the keys it stands for, and an account as an encrypted file. An entry of
 * its own, so that 2,048 words and a cipher never weigh on a page that only pays. The spec is `docs/spec/backup.md`.
 */
export { entropyToPhrase, phraseToEntropy, type PhraseError } from "./phrase.ts";
export { deriveAccountKeys, type AccountKeys, type AccountKeysOptions } from "./account-keys.ts";
export {
  BACKUP_CONTROL_ENTRIES_MAX,
  type AccountBackup,
  type BackedUpPhrase,
  type OpenedBackup,
} from "./account-backup.ts";
export {
  decryptBackup,
  describeBackup,
  encryptBackup,
  type BackupDescription,
  type BackupError,
  type BackupSecret,
  type DecryptBackupOptions,
  type EncryptBackupOptions,
} from "./sealed-backup.ts";
export type { SecretTextError } from "./secret-text.ts";
