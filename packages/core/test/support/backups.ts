/** Backups for tests: alice's account, a source of bytes that is none, and the cheapest seal there is. */
import { hexToBytes, sha256 } from "../../src/index.ts";
import { createPerson, createTestNetwork } from "../../src/testing/index.ts";
import type { AccountBackup, BackupSecret, EncryptBackupOptions } from "../../src/backup/index.ts";

/** The lowest cost that a file may name: 1 MiB and some milliseconds. */
export const CHEAP = 10;

export const network = createTestNetwork(["alice"]);
export const elsewhere = createTestNetwork(["alice"], undefined, "elsewhere");
export const alice = await createPerson("alice", { network });

/** What everybody knows can protect nothing: for tests alone. */
export const ALICE_ENTROPY: Uint8Array = sha256(hexToBytes("a11ce0"));

export const ALICE_BACKUP: AccountBackup = {
  version: 1,
  network: network.id,
  record: { inception: alice.inception.bytes, control: [alice.grant.bytes] },
  phrase: { entropy: ALICE_ENTROPY, account: 0 },
};

export const PASSWORD: BackupSecret & { readonly type: "password" } = {
  type: "password",
  password: "three herons on a pier",
};
export const PHRASE: BackupSecret & { readonly type: "phrase" } = { type: "phrase", entropy: ALICE_ENTROPY };

/** 00, 01, 02 … from one call to the next: bytes that a test can foresee. */
export function countingBytes(): EncryptBackupOptions["random"] {
  let next = 0;
  return { bytes: (length) => Uint8Array.from({ length }, () => next++ % 256) };
}

export function cheaply(secret: BackupSecret): EncryptBackupOptions {
  return { secret, random: countingBytes(), costLog2: CHEAP };
}
