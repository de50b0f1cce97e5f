import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../assert.ts";
import { bytesToHex } from "../bytes.ts";
import { verifySignature } from "../crypto/ed25519.ts";
import { sha256 } from "../crypto/hash.ts";
import { seedSigner } from "../crypto/signer.ts";
import { orThrow } from "../result.ts";
import { deriveAccountKeys, deriveSealKey, entropyToSeed, type AccountKeys } from "./account-keys.ts";
import { phraseToEntropy } from "./phrase.ts";
import { deriveSlip10, INDEX_MAX } from "./slip10.ts";

const ALICE = new Uint8Array(16).fill(0xa1);
const BOB = new Uint8Array(32).fill(0xb0);

async function keysOf(entropy: Uint8Array, account = 0, passphrase?: string): Promise<AccountKeys> {
  return orThrow(await deriveAccountKeys(entropy, { account, ...(passphrase === undefined ? {} : { passphrase }) }));
}

function publicKeys(keys: AccountKeys, index: number): readonly string[] {
  return [keys.master, keys.backup, keys.timeLocked].map((signerOf) => signerOf(index).publicKey);
}

describe("BIP-39", () => {
  it("[BAK1] a phrase of 18 words is none of ours", () => {
    const phrase = Array.from({ length: 18 }, () => "abandon").join(" ");
    expect(phraseToEntropy(phrase)).toMatchObject({ error: { type: "phrase-length" } });
  });

  it("[BAK2] the seed of the reference implementation's first vector", async () => {
    const seed = orThrow(await entropyToSeed(new Uint8Array(16), "TREZOR"));
    expect(bytesToHex(seed)).toBe(
      "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    );
  });
});

describe("the keys of a phrase", () => {
  it("[BAK2] the master key's seed is the seed of that key", async () => {
    const keys = await keysOf(ALICE);
    expect(seedSigner(keys.masterSeed(1)).publicKey).toBe(keys.master(1).publicKey);
  });

  it("[BAK2] stand at m/1634560359'/account'/role'/index'", async () => {
    const seed = orThrow(await entropyToSeed(ALICE));
    const keyAt = (role: number, account: number, index: number): string =>
      seedSigner(deriveSlip10(seed, [1_634_560_359, account, role, index])).publicKey;
    for (const [account, index] of [
      [0, 0],
      [0, 1],
      [7, 0],
      [INDEX_MAX, INDEX_MAX],
    ] as const) {
      expect(publicKeys(await keysOf(ALICE, account), index)).toEqual([
        keyAt(0, account, index),
        keyAt(1, account, index),
        keyAt(2, account, index),
      ]);
    }
    expect(bytesToHex(orThrow(await deriveSealKey(ALICE)))).toBe(
      bytesToHex(deriveSlip10(seed, [1_634_560_359, 0, 3, 0])),
    );
  });

  it("[BAK2] differ by phrase, passphrase, account, role and rotation", async () => {
    const all = [
      await keysOf(ALICE),
      await keysOf(ALICE, 1),
      await keysOf(ALICE, 0, "on a ferry"),
      await keysOf(BOB),
    ].flatMap((keys) => [0, 1, 2].flatMap((index) => publicKeys(keys, index)));
    expect(new Set(all).size).toBe(4 * 3 * 3);
  });

  it("[BAK2] sign", async () => {
    const hash = sha256(ALICE);
    const next = (await keysOf(ALICE)).master(1);
    expect(verifySignature(await next.sign(hash), hash, next.publicKey)).toBe(true);
  });

  it("[BAK5] a passphrase is one however it is typed, and an empty one is none", async () => {
    const typed = publicKeys(await keysOf(ALICE, 0, "caf\u00e9 \u2460"), 0);
    expect(publicKeys(await keysOf(ALICE, 0, "cafe\u0301 1"), 0)).toEqual(typed);
    expect(publicKeys(await keysOf(ALICE, 0, "Caf\u00e9 1"), 0)).not.toEqual(typed);
    expect(publicKeys(await keysOf(ALICE, 0, ""), 0)).toEqual(publicKeys(await keysOf(ALICE), 0));
  });

  it.each([
    ["half a character", "ferry\uD83D", "not-text"],
    ["a byte too long", "a".repeat(1025), "too-long"],
    ["a byte too long in two-byte letters", `${"ä".repeat(512)}a`, "too-long"],
  ])("[BAK5] a passphrase is refused: %s", async (_what, passphrase, reason) => {
    expect(await deriveAccountKeys(ALICE, { account: 0, passphrase })).toEqual({
      ok: false,
      error: { type: "passphrase-refused", reason },
    });
  });

  it("[BAK5] a passphrase of 1024 bytes is not too long", async () => {
    expect((await deriveAccountKeys(ALICE, { account: 0, passphrase: "ä".repeat(512) })).ok).toBe(true);
  });

  it("[BAK2] an account or index that does not exist is a defect of the caller", async () => {
    for (const account of [-1, 0.5, INDEX_MAX + 1])
      await expect(deriveAccountKeys(ALICE, { account })).rejects.toThrow(AssertionFailed);
    const keys = await keysOf(ALICE);
    expect(() => keys.master(INDEX_MAX + 1)).toThrow(AssertionFailed);
    await expect(deriveAccountKeys(new Uint8Array(20), { account: 0 })).rejects.toThrow(AssertionFailed);
  });
});
