/**
 * The keys of accounts in histories. Every key is named by the one before it, so whoever knows the key that an account has
 * knows the one that it has committed to.
 */
import { keyDigest, type AccountKeys, type PublicKey, type Signer } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import { fastSigner } from "./fast-signer.ts";

const signers = new Map<string, Signer>();
const names = new Map<PublicKey, string>();

export function signerNamed(name: string): Signer {
  const known = signers.get(name);
  if (known !== undefined) return known;
  const signer = fastSigner(name);
  signers.set(name, signer);
  names.set(signer.publicKey, name);
  return signer;
}

/** Of a key that was asked for by its name before. */
export function nameOfKey(key: PublicKey): string {
  const name = names.get(key);
  if (name === undefined) throw new Error("every key in a history has a name");
  return name;
}

function nextName(name: string): string {
  return name.endsWith("/master") ? name.replace(/master$/u, "next") : `${name}+`;
}

/** The keys that an account has where the key of that name is its master. */
export function keysNamed(name: string): AccountKeys {
  return {
    masterKey: signerNamed(name).publicKey,
    nextKeyDigest: keyDigest(signerNamed(nextName(name)).publicKey),
  };
}

/** What one account's owner believes the master key to be, and which it was before. */
export class Keyring {
  readonly #names: string[];

  constructor({ name }: Person) {
    this.#names = [`${name}/master`];
    signerNamed(`${name}/master`);
  }

  get current(): string {
    return this.#names.at(-1) ?? "";
  }

  /** The one before, if there was one. */
  get old(): string {
    return this.#names.at(-2) ?? this.current;
  }

  /** The key that is committed to, or one of those that will be after it. */
  next(skip: number): string {
    let name = nextName(this.current);
    for (let count = 0; count < skip; count++) name = nextName(name);
    return name;
  }

  turnTo(name: string): void {
    if (name !== this.current) this.#names.push(name);
  }

  /** Believes the ledger. */
  sync(masterKey: PublicKey | undefined): void {
    const name = masterKey === undefined ? undefined : names.get(masterKey);
    if (name !== undefined) this.turnTo(name);
  }
}
