/**
 * The keys that found an account, made of a phrase's entropy (spec [BAK2]), so that the phrase can bring them back. The vault
 * keeps the master key, and the entropy until its owner has it on paper; of the key that may replace the master key this
 * device keeps nothing but what the inception says of it.
 */
import { assert, INCEPTION_NONCE_BYTES, orThrow, type Founder, type Signer } from "@amigos/core";
import { createFounder, type KeyVault, type Random } from "@amigos/engine";
import type { LockedVault } from "./locked-vault.ts";

/** Twelve words. */
const ENTROPY_BYTES = 16;

/** The same founder each time, for a vault that has one already: what interrupted the making of an account changes nothing. */
export async function founderIn(vault: LockedVault, random: Random): Promise<Founder> {
  const kept = async (name: "entropy" | "nonce", length: number): Promise<Uint8Array> => {
    const before = await vault.secret(name);
    if (before !== undefined) return before;
    const drawn = random.bytes(length);
    await vault.keepSecret(name, drawn);
    return drawn;
  };
  const entropy = await kept("entropy", ENTROPY_BYTES);
  const nonce = await kept("nonce", INCEPTION_NONCE_BYTES);
  // Two thousand words that are needed once.
  const { deriveAccountKeys } = await import("@amigos/core/backup");
  const keys = orThrow(await deriveAccountKeys(entropy, { account: 0 }));
  return createFounder({ keys: phraseVault(vault, keys), random: { bytes: () => nonce } });
}

interface MasterKeys {
  readonly master: (rotations: number) => Signer;
  readonly masterSeed: (rotations: number) => Uint8Array;
}

/** Makes what a founder needs in its order: the master key, which is kept, and the key after it, which is not. */
function phraseVault(vault: LockedVault, keys: MasterKeys): KeyVault {
  const made = new Map<string, Signer>();
  return {
    create: async (name) => {
      const rotations = made.size;
      assert(rotations < 2, "a founder has two keys");
      const signer = keys.master(rotations);
      made.set(name, signer);
      const isNew = rotations === 0 && (await vault.signer(name)) === undefined;
      if (isNew) await vault.import(name, keys.masterSeed(0), signer.publicKey);
      return signer.publicKey;
    },
    signer: async (name) => made.get(name),
  };
}
