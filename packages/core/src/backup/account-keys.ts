/**
 * The keys that a phrase stands for, all at `m/1634560359'/account'/role'/index'` (spec [BAK2]): 1634560359 is "amig" as
 * four bytes of ASCII, a number that no other standard uses, so no other wallet makes the same keys of the same phrase.
 *
 * | role | key                                                                                    |
 * | ---- | -------------------------------------------------------------------------------------- |
 * | 0    | master; index 0 signs the inception, and each rotation goes to the next index          |
 * | 1    | backup key of the account's recovery                                                   |
 * | 2    | time-locked key of the account's recovery                                              |
 * | 3    | seals backups; account 0 and index 0, whatever the account: a phrase has one such key   |
 *
 * A session's key is none of them: it is made on its device and never leaves it.
 */
import { mnemonicToSeed } from "@scure/bip39";
import { assert } from "../assert.ts";
import { seedSigner, type Signer } from "../crypto/signer.ts";
import { ok, type Result } from "../result.ts";
import { entropyToPhrase } from "./phrase.ts";
import { readPassphrase, type SecretTextError } from "./secret-text.ts";
import { deriveSlip10, INDEX_MAX } from "./slip10.ts";

const PURPOSE = 0x61_6d_69_67;
const ROLE = { master: 0, backup: 1, timeLocked: 2, seal: 3 } as const;

/** Keys of one account. An index is a whole number below 2^31; each has a key of its own. */
export interface AccountKeys {
  /**
   * The master key after so many rotations. An inception names `master(0)` and commits to the digest of `master(1)`;
   * rotation n reveals `master(n + 1)` and commits to `master(n + 2)`.
   */
  readonly master: (rotations: number) => Signer;
  /** The 32 bytes of seed behind `master`: for a vault that keeps this one key and forgets the phrase. */
  readonly masterSeed: (rotations: number) => Uint8Array;
  /** A backup key, to be named in the account's recovery. The next index replaces one that was used or seen. */
  readonly backup: (index: number) => Signer;
  /** A recovery key that works alone but only after a long delay. The next index replaces one that was used or seen. */
  readonly timeLocked: (index: number) => Signer;
}

export interface AccountKeysOptions {
  /** Which of the phrase's accounts: from 0, below 2^31. */
  readonly account: number;
  /** BIP-39's addition to the phrase. Another one is not an error: it gives other keys. */
  readonly passphrase?: string;
}

/** The keys of one account of a phrase, from the phrase's entropy. Takes some 10 ms, in slices. */
export async function deriveAccountKeys(
  entropy: Uint8Array,
  { account, passphrase }: AccountKeysOptions,
): Promise<Result<AccountKeys, SecretTextError>> {
  assert(Number.isInteger(account) && account >= 0 && account <= INDEX_MAX, "an account's index is below 2^31");
  const seed = await entropyToSeed(entropy, passphrase);
  if (!seed.ok) return seed;
  const seedOf = (role: number, index: number): Uint8Array => deriveSlip10(seed.value, [PURPOSE, account, role, index]);
  const signerOf =
    (role: number) =>
    (index: number): Signer =>
      seedSigner(seedOf(role, index));
  return ok({
    master: signerOf(ROLE.master),
    masterSeed: (rotations) => seedOf(ROLE.master, rotations),
    backup: signerOf(ROLE.backup),
    timeLocked: signerOf(ROLE.timeLocked),
  });
}

/** The 32-byte key under which a phrase seals backups. It signs nothing. */
export async function deriveSealKey(
  entropy: Uint8Array,
  passphrase?: string,
): Promise<Result<Uint8Array, SecretTextError>> {
  const seed = await entropyToSeed(entropy, passphrase);
  return seed.ok ? ok(deriveSlip10(seed.value, [PURPOSE, 0, ROLE.seal, 0])) : seed;
}

/** BIP-39's seed, 64 bytes: PBKDF2-HMAC-SHA512 of the phrase in 2,048 rounds. */
export async function entropyToSeed(
  entropy: Uint8Array,
  passphrase = "",
): Promise<Result<Uint8Array, SecretTextError>> {
  const read = readPassphrase(passphrase);
  return read.ok ? ok(await mnemonicToSeed(entropyToPhrase(entropy), read.value)) : read;
}
