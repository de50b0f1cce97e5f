/**
 * What a backup holds: what an account has said about itself, and on wish the phrase that its keys come from (spec
 * [BAK3]). There is no place in it for a session's key. That is on purpose: two devices with one session key can sign
 * twice for one place without meaning to, so a restored device asks for a session of its own.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  list,
  optional,
  refined,
  tuple,
  version,
  type Schema,
} from "../encoding/schema.ts";
import { decodeControlEntry } from "../account/control-entry.ts";
import { verifyInception, type InceptionError, type VerifiedInception } from "../account/inception.ts";
import type { AccountRecord } from "../handover/bundle.ts";
import type { AccountId, NetworkId } from "../ids.ts";
import { CONTROL_ENTRY_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { ENTROPY_BYTES_MAX, isEntropy } from "./phrase.ts";
import { INDEX_MAX } from "./slip10.ts";

/** An account as it is backed up, for one network. */
export interface AccountBackup {
  readonly version: 1;
  readonly network: NetworkId;
  /** The whole control log: a restored device must not depend on anyone else for it. */
  readonly record: AccountRecord;
  /** Left out where the phrase is kept elsewhere. With it the file and its password are the account. */
  readonly phrase?: BackedUpPhrase;
}

export interface BackedUpPhrase {
  /** 16 or 32 bytes. */
  readonly entropy: Uint8Array;
  /** Which of the phrase's accounts this one is. */
  readonly account: number;
}

/** A backup whose inception is signed and whose control entries are of its account. Made only by `openAccountBackup`. */
export interface OpenedBackup {
  readonly backup: AccountBackup;
  readonly inception: VerifiedInception;
}

export type AccountBackupError =
  | InceptionError
  | { readonly type: "wrong-account"; readonly expected: AccountId; readonly found: AccountId };

/** Control entries of one account: a device replaced every week for twenty years still fits. */
export const BACKUP_CONTROL_ENTRIES_MAX = 1024;
/** As many control entries, each at its bound with its head of 3 bytes, and 8 KiB for the inception and all around. */
export const BACKUP_BYTES_MAX: number = BACKUP_CONTROL_ENTRIES_MAX * (CONTROL_ENTRY_BYTES_MAX + 3) + 8 * 1024;

const entropySchema: Schema<Uint8Array> = refined(byteString(ENTROPY_BYTES_MAX), (value) =>
  isEntropy(value) ? undefined : "16 or 32 bytes",
);

const accountBackupSchema: Schema<AccountBackup> = body<AccountBackup>({
  version: field(0, version(1)),
  network: field(1, id<NetworkId>()),
  record: field(
    2,
    tuple<AccountRecord>({
      inception: byteString(CONTROL_ENTRY_BYTES_MAX),
      control: list(byteString(CONTROL_ENTRY_BYTES_MAX), BACKUP_CONTROL_ENTRIES_MAX),
    }),
  ),
  phrase: optional(3, tuple<BackedUpPhrase>({ entropy: entropySchema, account: integer(INDEX_MAX) })),
});

export function encodeAccountBackup(backup: AccountBackup): Uint8Array {
  return encodeWith(accountBackupSchema, backup);
}

/**
 * Decodes a backup and verifies what can be without a ledger: the inception's signature, and that every control entry is
 * one of this account. Who signed those is judged by whoever knows the account's keys.
 */
export function openAccountBackup(bytes: Uint8Array): Result<OpenedBackup, AccountBackupError> {
  const decoded = decodeWith(accountBackupSchema, bytes, BACKUP_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { network, record } = decoded.value;
  const inception = verifyInception(record.inception, network);
  if (!inception.ok) return inception;
  for (const control of record.control) {
    const entry = decodeControlEntry(control);
    if (!entry.ok) return entry;
    const found = entry.value.entry;
    if (found.network !== network) return err({ type: "wrong-network", expected: network, found: found.network });
    if (found.account !== inception.value.id)
      return err({ type: "wrong-account", expected: inception.value.id, found: found.account });
  }
  return ok({ backup: decoded.value, inception: inception.value });
}
