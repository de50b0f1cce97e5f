/**
 * The vectors of `vectors/backup-1.json`, made anew: phrases with their entropy and keys, and sealed backups, whole and
 * broken. Salts and nonces are counted up and the cost is the lowest, so every run makes the same file in a moment.
 */
import {
  bytesToHex,
  decodeCbor,
  encodeCbor,
  err,
  hexToBytes,
  keyDigest,
  ok,
  orThrow,
  signInception,
  type CborValue,
  type Result,
} from "../../src/index.ts";
import { createPerson } from "../../src/testing/index.ts";
import {
  decryptBackup,
  deriveAccountKeys,
  encryptBackup,
  entropyToPhrase,
  phraseToEntropy,
  type AccountBackup,
  type BackupSecret,
} from "../../src/backup/index.ts";
import { entropyToSeed } from "../../src/backup/account-keys.ts";
import { alice, ALICE_ENTROPY, cheaply, countingBytes, elsewhere, network, PASSWORD, PHRASE } from "./backups.ts";
import type { Vector } from "./core-vectors.ts";

export interface BackupVector extends Omit<Vector, "kind"> {
  readonly kind: BackupKind;
}

export interface BackupVectors {
  readonly about: string;
  readonly version: 1;
  /** What a reader of the vectors knows beforehand. */
  readonly context: Readonly<Record<string, string>>;
  readonly valid: readonly BackupVector[];
  readonly invalid: readonly BackupVector[];
}

type Outcome = Result<Readonly<Record<string, string>>, { readonly type: string }>;

/** Normalized it is "café 1": a reader that leaves normalization out finds out here. */
const PASSPHRASE = "cafe\u0301 \u2460";
const PHRASE_AND_MORE: BackupSecret = { ...PHRASE, passphrase: PASSPHRASE };

/** How an input of each kind is checked, against what `context` says. */
const CHECKS = {
  phrase: (input) => keysOf(input),
  "phrase-with-passphrase": (input) => keysOf(input, PASSPHRASE),
  "backup-by-password": (input) => contentsOf(input, PASSWORD),
  "backup-by-phrase": (input) => contentsOf(input, PHRASE),
  "backup-by-phrase-with-passphrase": (input) => contentsOf(input, PHRASE_AND_MORE),
} satisfies Readonly<Record<string, (input: string) => Promise<Outcome>>>;

export type BackupKind = keyof typeof CHECKS;

/** What comes of a vector's input here. */
export function checkBackupVector({ kind, input }: Pick<BackupVector, "kind" | "input">): Promise<Outcome> {
  return CHECKS[kind](input);
}

async function keysOf(typed: string, passphrase = ""): Promise<Outcome> {
  const entropy = phraseToEntropy(typed);
  if (!entropy.ok) return entropy;
  const keys = orThrow(await deriveAccountKeys(entropy.value, { account: 0, passphrase }));
  const second = orThrow(await deriveAccountKeys(entropy.value, { account: 1, passphrase }));
  return ok({
    entropy: bytesToHex(entropy.value),
    phrase: entropyToPhrase(entropy.value),
    seed: bytesToHex(orThrow(await entropyToSeed(entropy.value, passphrase))),
    master0: keys.master(0).publicKey,
    master1: keys.master(1).publicKey,
    backup0: keys.backup(0).publicKey,
    timeLocked0: keys.timeLocked(0).publicKey,
    secondAccountMaster0: second.master(0).publicKey,
  });
}

async function contentsOf(file: string, secret: BackupSecret): Promise<Outcome> {
  const opened = await decryptBackup(hexToBytes(file), { secret, network: network.id });
  if (!opened.ok) return err(opened.error);
  const { backup, inception } = opened.value;
  return ok({
    account: inception.id,
    inception: bytesToHex(backup.record.inception),
    control: backup.record.control.map(bytesToHex).join(" "),
    ...(backup.phrase === undefined
      ? {}
      : { entropy: bytesToHex(backup.phrase.entropy), accountOfPhrase: `${backup.phrase.account}` }),
  });
}

export async function makeBackupVectors(): Promise<BackupVectors> {
  const phrase = entropyToPhrase(ALICE_ENTROPY);
  const short = entropyToPhrase(ALICE_ENTROPY.slice(0, 16));
  const words = phrase.split(" ");
  const keys = orThrow(await deriveAccountKeys(ALICE_ENTROPY, { account: 0 }));
  const inception = await signInception(
    {
      version: 1,
      network: network.id,
      masterKey: keys.master(0).publicKey,
      nextKeyDigest: keyDigest(keys.master(1).publicKey),
      nonce: "00".repeat(16),
    },
    keys.master(0),
  );
  const whole: AccountBackup = {
    version: 1,
    network: network.id,
    record: { inception: inception.bytes, control: [] },
    phrase: { entropy: ALICE_ENTROPY, account: 0 },
  };
  const withoutPhrase: AccountBackup = {
    version: 1,
    network: network.id,
    record: { inception: alice.inception.bytes, control: [alice.grant.bytes] },
  };
  const foreign = await createPerson("alice", { network: elsewhere });
  const ofElsewhere: AccountBackup = {
    version: 1,
    network: elsewhere.id,
    record: { inception: foreign.inception.bytes, control: [foreign.grant.bytes] },
  };
  const random = countingBytes();
  const seal = async (backup: AccountBackup, secret: BackupSecret): Promise<Uint8Array> =>
    orThrow(await encryptBackup(backup, { ...cheaply(secret), random }));
  const byPassword = await seal(whole, PASSWORD);
  const byPhrase = await seal(withoutPhrase, PHRASE);

  const valid: readonly (readonly [name: string, kind: BackupKind, input: string | Uint8Array])[] = [
    ["alice's phrase", "phrase", phrase],
    ["a phrase of twelve words", "phrase", short],
    ["alice's phrase in capitals, a word a line", "phrase", `\n${words.join("\r\n").toUpperCase()}\n`],
    ["alice's phrase with wide spaces between", "phrase", words.join("\u3000")],
    ["alice's phrase and a passphrase", "phrase-with-passphrase", phrase],
    ["alice's account and phrase under her password", "backup-by-password", byPassword],
    ["alice's account and grant under her password", "backup-by-password", await seal(withoutPhrase, PASSWORD)],
    ["alice's account and grant under her phrase", "backup-by-phrase", byPhrase],
    [
      "alice's account under her phrase and a passphrase",
      "backup-by-phrase-with-passphrase",
      await seal(withoutPhrase, PHRASE_AND_MORE),
    ],
  ];

  const invalid: readonly (readonly [name: string, kind: BackupKind, input: string | Uint8Array])[] = [
    ["of nothing", "phrase", ""],
    ["a word short", "phrase", words.slice(1).join(" ")],
    ["with a word that is not of the list", "phrase", [...words.slice(1), "amigo"].join(" ")],
    ["with two words swapped", "phrase", [words[1], words[0], ...words.slice(2)].join(" ")],
    ["that is too long", "phrase", phrase.padEnd(1025)],
    ["under another password", "backup-by-password", await seal(whole, { type: "password", password: "three herons" })],
    ["under a phrase", "backup-by-password", byPhrase],
    ["under a password", "backup-by-phrase", byPassword],
    ["under a passphrase besides", "backup-by-phrase", await seal(withoutPhrase, PHRASE_AND_MORE)],
    ["with a flipped bit in its tag", "backup-by-password", flipped(byPassword, -1)],
    ["with another nonce", "backup-by-password", changed(byPassword, 3, new Uint8Array(24))],
    ["with another network in its header", "backup-by-password", changed(byPassword, 1, hexToBytes(elsewhere.tag))],
    ["of another network", "backup-by-password", await seal(ofElsewhere, PASSWORD)],
    ["of a later version", "backup-by-password", changed(byPassword, 0, 2)],
    ["with a cost that takes minutes", "backup-by-password", changed(byPassword, 2, sealAt(24))],
    ["with a cost that protects nothing", "backup-by-password", changed(byPassword, 2, sealAt(1))],
    ["with an unknown seal", "backup-by-password", changed(byPassword, 2, new Map([[0, 2]]))],
    ["with an unknown field", "backup-by-password", changed(byPassword, 5, 0)],
    ["with a byte too many", "backup-by-password", Uint8Array.of(...byPassword, 0)],
    ["cut off", "backup-by-password", byPassword.subarray(0, 200)],
  ];

  return {
    about:
      "Phrases and sealed backups of @amigos/core/backup with what comes of them; see docs/spec/backup.md. Keys are of account 0 at the index in their name, but for those of the second account. Backups are opened for the network, with the secret that their kind names.",
    version: 1,
    context: {
      networkId: network.id,
      password: PASSWORD.password,
      phrase,
      passphrase: PASSPHRASE,
    },
    valid: await Promise.all(
      valid.map(async ([name, kind, input]) => {
        const vector = { name, kind, input: asText(input) };
        return { ...vector, expected: orThrow(await checkBackupVector(vector)) };
      }),
    ),
    invalid: await Promise.all(
      invalid.map(async ([name, kind, input]) => {
        const vector = { name, kind, input: asText(input) };
        const outcome = await checkBackupVector(vector);
        return { ...vector, error: outcome.ok ? "none" : outcome.error.type };
      }),
    ),
  };
}

function asText(input: string | Uint8Array): string {
  return typeof input === "string" ? input : bytesToHex(input);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const place = at < 0 ? bytes.length + at : at;
  return bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));
}

/** The file with one field replaced or added. */
function changed(file: Uint8Array, key: number, value: CborValue): Uint8Array {
  const fields = new Map(orThrow(decodeCbor(file)) as ReadonlyMap<number, CborValue>);
  return encodeCbor(fields.set(key, value));
}

function sealAt(costLog2: number): CborValue {
  return new Map<number, CborValue>([
    [0, 0],
    [1, costLog2],
    [2, new Uint8Array(16)],
  ]);
}
