import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { describe, expect, it } from "vitest";
import {
  ALICE_BACKUP,
  ALICE_ENTROPY,
  alice,
  CHEAP,
  cheaply,
  countingBytes,
  elsewhere,
  network,
  PASSWORD,
  PHRASE,
} from "../../test/support/backups.ts";
import { AssertionFailed } from "../assert.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { decodeCbor, encodeCbor, type CborValue } from "../encoding/cbor.ts";
import type { NetworkId, NetworkTag } from "../ids.ts";
import { CONTROL_ENTRY_BYTES_MAX } from "../limits.ts";
import { orThrow, type Result } from "../result.ts";
import { createPerson } from "../testing/index.ts";
import { encodeAccountBackup, openAccountBackup, type AccountBackup } from "./account-backup.ts";
import { deriveSealKey } from "./account-keys.ts";
import {
  BACKUP_CONTROL_ENTRIES_MAX,
  decryptBackup,
  describeBackup,
  encryptBackup,
  type BackupError,
  type BackupSecret,
  type DecryptBackupOptions,
} from "./index.ts";

const sealedByPassword = orThrow(await encryptBackup(ALICE_BACKUP, cheaply(PASSWORD)));
const sealedByPhrase = orThrow(await encryptBackup(ALICE_BACKUP, cheaply(PHRASE)));

async function outcome(bytes: Uint8Array, options: DecryptBackupOptions): Promise<string> {
  const opened = await decryptBackup(bytes, options);
  return opened.ok ? "opened" : opened.error.type;
}

function password(text: string): BackupSecret {
  return { type: "password", password: text };
}

/** The file with one field replaced. */
function withField(file: Uint8Array, key: number, value: CborValue): Uint8Array {
  const fields = new Map(orThrow(decodeCbor(file)) as ReadonlyMap<number, CborValue>);
  return encodeCbor(fields.set(key, value));
}

/** A seal by password at some cost. */
function sealAt(costLog2: number, salt = new Uint8Array(16)): CborValue {
  return new Map<number, CborValue>([
    [0, 0],
    [1, costLog2],
    [2, salt],
  ]);
}

describe("a sealed backup", () => {
  it.each([
    ["her password", sealedByPassword, PASSWORD],
    ["her phrase", sealedByPhrase, PHRASE],
  ])("[BAK3] [BAK4] alice has her account back with %s", async (_what, file, secret) => {
    const { backup, inception } = orThrow(await decryptBackup(file, { secret, network: network.id }));
    expect(inception.id).toBe(alice.account);
    expect(backup).toEqual(ALICE_BACKUP);
    expect(bytesToHex(backup.phrase?.entropy ?? file)).toBe(bytesToHex(ALICE_ENTROPY));
  });

  it("[BAK3] without a phrase it holds none", async () => {
    const { phrase: _kept, ...withoutPhrase } = ALICE_BACKUP;
    const file = orThrow(await encryptBackup(withoutPhrase, cheaply(PASSWORD)));
    expect(orThrow(await decryptBackup(file, { secret: PASSWORD })).backup).toEqual(withoutPhrase);
  });

  it("[BAK3] has no place for a session's key, nor for anything else", () => {
    const fields = orThrow(decodeCbor(encodeAccountBackup(ALICE_BACKUP))) as ReadonlyMap<number, CborValue>;
    const smuggled = new Map(fields).set(4, new Uint8Array(32));
    expect(openAccountBackup(encodeCbor(smuggled))).toMatchObject({ error: { path: "", expected: "no other fields" } });
  });

  it("[BAK4] draws a salt and a nonce for every file, and gives the same bytes for the same draws", async () => {
    const random = countingBytes();
    const first = orThrow(await encryptBackup(ALICE_BACKUP, { ...cheaply(PASSWORD), random }));
    const second = orThrow(await encryptBackup(ALICE_BACKUP, { ...cheaply(PASSWORD), random }));
    expect(bytesToHex(first)).toBe(bytesToHex(sealedByPassword));
    expect(bytesToHex(second)).not.toBe(bytesToHex(first));
    expect(bytesToHex(first)).toContain("50000102030405060708090a0b0c0d0e0f");
    expect(bytesToHex(first)).toContain("5818101112131415161718191a1b1c1d1e1f2021222324252627");
    const short = { bytes: (length: number) => new Uint8Array(length - 1) };
    await expect(encryptBackup(ALICE_BACKUP, { ...cheaply(PASSWORD), random: short })).rejects.toThrow(AssertionFailed);
  });

  it("[BAK5] says what it is sealed by before a secret is asked for", () => {
    expect([sealedByPassword, sealedByPhrase].map(describeBackup)).toEqual([
      { ok: true, value: { network: network.tag, sealedBy: "password" } },
      { ok: true, value: { network: network.tag, sealedBy: "phrase" } },
    ]);
    expect(describeBackup(alice.grant.bytes)).toMatchObject({ ok: false, error: { type: "schema-mismatch" } });
  });

  it("[BAK5] takes a cost of 17 where none is named", async () => {
    const file = orThrow(await encryptBackup(ALICE_BACKUP, { secret: PASSWORD, random: countingBytes() }));
    const seal = (orThrow(decodeCbor(file)) as ReadonlyMap<number, ReadonlyMap<number, number>>).get(2);
    expect(seal?.get(1)).toBe(17);
    expect(await outcome(file, { secret: PASSWORD })).toBe("opened");
  });

  it.each([
    ["nothing", "", "empty"],
    ["half a character", "pier\uDE00", "not-text"],
    ["1025 bytes", "a".repeat(1025), "too-long"],
    ["1026 bytes in 513 letters", "ä".repeat(513), "too-long"],
  ])("[BAK5] a password is refused, to seal and to open: %s", async (_what, typed, reason) => {
    const refused = { ok: false, error: { type: "password-refused", reason } };
    expect(await encryptBackup(ALICE_BACKUP, cheaply(password(typed)))).toEqual(refused);
    expect(await decryptBackup(sealedByPassword, { secret: password(typed) })).toEqual(refused);
  });

  it.each([
    ["one space", " ", " ", "opened"],
    ["1024 bytes", "ä".repeat(512), "ä".repeat(512), "opened"],
    ["an accent typed apart", "caf\u00e9", "cafe\u0301", "opened"],
    ["letters of another width", "pier 7", "ｐｉｅｒ ７", "opened"],
    ["another case", "Pier", "pier", "password-wrong-or-damaged"],
    ["a space more", "pier", "pier ", "password-wrong-or-damaged"],
  ])("[BAK5] a password as it is typed another day: %s", async (_what, sealing, opening, expected) => {
    const file = orThrow(await encryptBackup(ALICE_BACKUP, cheaply(password(sealing))));
    expect(await outcome(file, { secret: password(opening) })).toBe(expected);
  });

  it.each([
    ["bob's phrase", { type: "phrase", entropy: new Uint8Array(16) }, "phrase-wrong-or-damaged"],
    ["a passphrase that she never had", { ...PHRASE, passphrase: "on a ferry" }, "phrase-wrong-or-damaged"],
    ["a passphrase that is no text", { ...PHRASE, passphrase: "\uD83D" }, "passphrase-refused"],
    ["a password", PASSWORD, "sealed-otherwise"],
  ] as const)("[BAK6] alice's phrase is not %s", async (_what, secret, expected) => {
    expect(await outcome(sealedByPhrase, { secret })).toBe(expected);
  });

  it("[BAK6] a phrase does not open what a password sealed, and is told so", async () => {
    expect(await decryptBackup(sealedByPassword, { secret: PHRASE })).toEqual({
      ok: false,
      error: { type: "sealed-otherwise", sealedBy: "password" },
    });
  });

  it("[BAK6] of another network it is refused, at the header where that shows it", async () => {
    const found = await decryptBackup(sealedByPassword, { secret: password("wrong"), network: elsewhere.id });
    expect(found).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: elsewhere.tag, found: network.tag },
    });
    const sameTag = `${network.tag}${elsewhere.id.slice(8)}` as NetworkId;
    expect(await decryptBackup(sealedByPassword, { secret: PASSWORD, network: sameTag })).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: sameTag, found: network.id },
    });
  });

  it.each([
    ["of a later version", withField(sealedByPassword, 0, 2), "unsupported-version"],
    ["of a later version with other fields", encodeCbor(new Map([[0, 2]])), "unsupported-version"],
    ["a bundle", encodeCbor(new Map<number, CborValue>([[0, 1]])), "schema-mismatch"],
    ["with another kind of seal", withField(sealedByPassword, 2, new Map([[0, 2]])), "schema-mismatch"],
    ["with a salt too short", withField(sealedByPassword, 2, sealAt(CHEAP, new Uint8Array(15))), "schema-mismatch"],
    ["with another salt", withField(sealedByPassword, 2, sealAt(CHEAP)), "password-wrong-or-damaged"],
    ["with the lowest cost", withField(sealedByPassword, 2, sealAt(10)), "password-wrong-or-damaged"],
    ["with the highest cost", withField(sealedByPassword, 2, sealAt(18)), "password-wrong-or-damaged"],
    ["cheaper than any", withField(sealedByPassword, 2, sealAt(9)), "schema-mismatch"],
    ["dearer than any", withField(sealedByPassword, 2, sealAt(19)), "schema-mismatch"],
    [
      "of another network's tag",
      withField(sealedByPassword, 1, Uint8Array.of(1, 2, 3, 4)),
      "password-wrong-or-damaged",
    ],
    ["with another nonce", withField(sealedByPassword, 3, new Uint8Array(24)), "password-wrong-or-damaged"],
    ["with no ciphertext", withField(sealedByPassword, 4, new Uint8Array(0)), "password-wrong-or-damaged"],
    ["with a tag alone", withField(sealedByPassword, 4, new Uint8Array(16)), "password-wrong-or-damaged"],
    ["with a byte too many", Uint8Array.of(...sealedByPassword, 0), "malformed"],
    ["larger than a backup may be", new Uint8Array(3_000_000), "too-large"],
  ])("[BAK6] a file %s", async (_what, file, expected) => {
    expect(await outcome(file, { secret: PASSWORD })).toBe(expected);
  });

  it("[BAK5] a cost that no reader takes is a defect of the writer", async () => {
    for (const costLog2 of [9, 10.5, 19])
      await expect(encryptBackup(ALICE_BACKUP, { ...cheaply(PASSWORD), costLog2 })).rejects.toThrow(AssertionFailed);
  });
});

function described(result: Result<unknown, BackupError>): string {
  if (result.ok) return "no refusal";
  return "path" in result.error ? `${result.error.path}: ${result.error.expected}` : result.error.type;
}

/** What a writer of our format makes who checks nothing: any contents, under alice's phrase. */
async function sealedUnchecked(contents: Uint8Array, tag: NetworkTag): Promise<Uint8Array> {
  const nonce = new Uint8Array(24);
  const header = new Map<number, CborValue>([
    [0, 1],
    [1, hexToBytes(tag)],
    [2, new Map([[0, 1]])],
    [3, nonce],
  ]);
  const key = orThrow(await deriveSealKey(ALICE_ENTROPY));
  const ciphertext = xchacha20poly1305(key, nonce, encodeCbor(header)).encrypt(contents);
  return encodeCbor(new Map(header).set(4, ciphertext));
}

describe("what a backup holds", () => {
  const { inception, control } = ALICE_BACKUP.record;
  const flipped = (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));

  async function refusal(change: Partial<AccountBackup>): Promise<string> {
    return described(await encryptBackup({ ...ALICE_BACKUP, ...change }, cheaply(PASSWORD)));
  }

  it("[BAK6] is verified before it is sealed, and again when it is opened", async () => {
    const [bob, foreign] = await Promise.all([
      createPerson("bob", { network }),
      createPerson("alice", { network: elsewhere }),
    ]);
    const cases: readonly (readonly [change: Partial<AccountBackup>, expected: string])[] = [
      [{}, "no refusal"],
      [{ record: { inception: flipped(inception), control } }, "signature-invalid"],
      [{ record: { inception: foreign.inception.bytes, control } }, "wrong-network"],
      [{ record: { inception, control: [bob.grant.bytes] } }, "wrong-account"],
      [{ record: { inception, control: [...control, foreign.grant.bytes] } }, "wrong-network"],
      [{ record: { inception, control: [new Uint8Array(9)] } }, "malformed"],
      [{ phrase: { entropy: new Uint8Array(20), account: 0 } }, ".phrase.entropy: 16 or 32 bytes"],
      [{ phrase: { entropy: ALICE_ENTROPY, account: 2 ** 31 } }, ".phrase.account: whole number up to 2147483647"],
      [{ phrase: { entropy: ALICE_ENTROPY, account: 2 ** 31 - 1 } }, "no refusal"],
    ];
    for (const [change, expected] of cases) {
      expect(await refusal(change)).toBe(expected);
      const contents = encodeAccountBackup({ ...ALICE_BACKUP, ...change });
      const file = await sealedUnchecked(contents, network.tag);
      expect(described(await decryptBackup(file, { secret: PHRASE }))).toBe(expected);
    }
  });

  it("[BAK6] is of the network that the header names", async () => {
    const file = await sealedUnchecked(encodeAccountBackup(ALICE_BACKUP), elsewhere.tag);
    expect(await decryptBackup(file, { secret: PHRASE })).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: elsewhere.tag, found: network.tag },
    });
  });

  it("[BAK6] of a later version in a file of this one is unsupported, not damaged", async () => {
    const file = await sealedUnchecked(encodeCbor(new Map([[0, 2]])), network.tag);
    expect(await decryptBackup(file, { secret: PHRASE })).toMatchObject({ error: { type: "unsupported-version" } });
  });

  it("[BAK3] is a control log up to its bound and not beyond", async () => {
    const grants = (count: number): AccountBackup["record"] => ({
      inception,
      control: Array.from({ length: count }, () => alice.grant.bytes),
    });
    const full = orThrow(
      await encryptBackup({ ...ALICE_BACKUP, record: grants(BACKUP_CONTROL_ENTRIES_MAX) }, cheaply(PASSWORD)),
    );
    const { backup } = orThrow(await decryptBackup(full, { secret: PASSWORD }));
    expect(backup.record.control.length).toBe(1024);
    expect(await refusal({ record: grants(BACKUP_CONTROL_ENTRIES_MAX + 1) })).toBe(
      ".record.control: list of at most 1024",
    );
  });

  it("[BAK3] [BAK4] fits its file with every item at its bound", async () => {
    const item = new Uint8Array(CONTROL_ENTRY_BYTES_MAX);
    const contents = encodeAccountBackup({
      ...ALICE_BACKUP,
      record: { inception: item, control: Array.from({ length: BACKUP_CONTROL_ENTRIES_MAX }, () => item) },
    });
    // Read to the end: what is wrong is what the items are, not how many or how large.
    expect(openAccountBackup(contents)).toMatchObject({
      error: { type: "malformed", reason: "not a body with its signature" },
    });
    const larger = new Uint8Array(CONTROL_ENTRY_BYTES_MAX + 1);
    expect(await refusal({ record: { inception, control: [larger] } })).toBe(".record.control[0]: at most 2048 bytes");
    const file = withField(sealedByPassword, 4, new Uint8Array(contents.length + 16));
    expect(await outcome(file, { secret: PASSWORD })).toBe("password-wrong-or-damaged");
  });

  it("[BAK4] at its largest is 2 108 688 bytes and no more", () => {
    const sizeMax = 2_108_688;
    expect(describeBackup(new Uint8Array(sizeMax + 1))).toEqual({
      ok: false,
      error: { type: "too-large", size: sizeMax + 1, sizeMax },
    });
    expect(describeBackup(new Uint8Array(sizeMax))).toMatchObject({ error: { type: "malformed" } });
  });
});
