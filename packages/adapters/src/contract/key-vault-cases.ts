/** What every key vault must do. */
import { bytesToHex, checkPublicKey, hexToBytes, verifySignature } from "@amigos/core";
import type { KeyVault } from "@amigos/engine/ports";
import { check, checkEqual, checkRejects, type ContractCase } from "./contract-case.ts";

export interface KeyVaultHarness {
  /** Opens the one vault of this harness; empty the first time. May be called again: as a second tab or process does. */
  readonly open: () => Promise<KeyVault>;
  /** Frees what the harness took. */
  readonly destroy: () => Promise<void>;
}

export function keyVaultCases(createHarness: () => Promise<KeyVaultHarness>): readonly ContractCase[] {
  const test = (title: string, body: (vault: KeyVault, harness: KeyVaultHarness) => Promise<void>): ContractCase => ({
    title,
    run: async () => {
      const harness = await createHarness();
      try {
        await body(await harness.open(), harness);
      } finally {
        await harness.destroy();
      }
    },
  });

  return [
    test("a new key may be registered, and its signatures are valid", async (vault) => {
      const publicKey = await vault.create("phone");
      check(checkPublicKey(hexToBytes(publicKey)).ok, "a public key of prime order");
      const signer = await vault.signer("phone");
      check(signer !== undefined, "a signer for the new key");
      checkEqual(signer.publicKey, publicKey, "the signer's key");
      const signature = await signer.sign(hashOf(1));
      check(verifySignature(signature, hashOf(1), publicKey), "the signature is valid");
      check(!verifySignature(signature, hashOf(2), publicKey), "the signature is not valid for another hash");
    }),

    test("there is no signer for a key that was never made", async (vault) => {
      checkEqual(await vault.signer("phone"), undefined, "its signer");
    }),

    test("a name is taken once, and its key stays", async (vault) => {
      const publicKey = await vault.create("phone");
      await checkRejects(vault.create("phone"), "key-exists", "the second key of that name");
      checkEqual((await vault.signer("phone"))?.publicKey, publicKey, "the key of that name");
    }),

    test("of two that make one key at once, one gets it", async (vault, harness) => {
      const other = await harness.open();
      const attempts = await Promise.allSettled([vault.create("phone"), other.create("phone")]);
      const made = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
      checkEqual(made.length, 1, "keys made");
      checkEqual((await vault.signer("phone"))?.publicKey, made[0], "the key that stayed");
    }),

    test("names that look alike are different keys", async (vault) => {
      const names = [
        "phone",
        "Phone",
        "phone ",
        "session/1",
        "session/../1",
        "../phone",
        "%2e",
        "phone.pem",
        "x".repeat(128),
      ];
      const keys = new Set<string>();
      for (const name of names) keys.add(await vault.create(name));
      checkEqual(keys.size, names.length, "different keys");
      for (const name of names) check(keys.has((await vault.signer(name))?.publicKey ?? ""), `a signer for ${name}`);
    }),

    test("a key is there after opening again", async (vault, harness) => {
      const publicKey = await vault.create("phone");
      const signer = await (await harness.open()).signer("phone");
      check(signer !== undefined, "a signer");
      check(verifySignature(await signer.sign(hashOf(3)), hashOf(3), publicKey), "its signature is valid");
    }),

    test("many signatures at once are each of their own hash", async (vault) => {
      const publicKey = await vault.create("phone");
      const signer = await vault.signer("phone");
      check(signer !== undefined, "a signer");
      const hashes = Array.from({ length: 40 }, (_, index) => hashOf(index));
      const signatures = await Promise.all(hashes.map((hash) => signer.sign(hash)));
      const isValid = hashes.every((hash, index) =>
        verifySignature(signatures[index] ?? new Uint8Array(64), hash, publicKey),
      );
      check(isValid, "every signature is valid");
      checkEqual(new Set(signatures.map(bytesToHex)).size, 40, "different signatures");
    }),

    test("only a hash is signed", async (vault) => {
      await vault.create("phone");
      const signer = await vault.signer("phone");
      for (const length of [0, 31, 33, 64]) {
        const isRefused = await signer?.sign(new Uint8Array(length)).then(
          () => false,
          () => true,
        );
        check(isRefused === true, `${length} bytes are refused`);
      }
    }),

    test("a name that cannot be is refused", async (vault) => {
      for (const name of ["", "ключ", "line\nbreak", "x".repeat(129)]) {
        const isRefused = await vault.create(name).then(
          () => false,
          () => true,
        );
        check(isRefused, `the name ${JSON.stringify(name)} is refused`);
      }
    }),
  ];
}

function hashOf(number: number): Uint8Array {
  return new Uint8Array(32).fill(number);
}
