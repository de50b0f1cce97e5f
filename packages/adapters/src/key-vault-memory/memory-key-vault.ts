/** Keys that live as long as the process: tests, the simulator, throw-away wallets. */
import { seedSigner, type PublicKey, type Signer } from "@amigos/core";
import type { KeyVault, Random } from "@amigos/engine/ports";
import { systemRandom } from "../runtime/system-runtime.ts";
import { checkHash, checkKeyName, keyExists } from "../shared/key-name.ts";

const SEED_BYTES = 32;

export function createMemoryKeyVault(options: { readonly random?: Random } = {}): KeyVault {
  return new MemoryKeyVault(options.random ?? systemRandom);
}

class MemoryKeyVault implements KeyVault {
  readonly #signersByName = new Map<string, Signer>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  async create(name: string): Promise<PublicKey> {
    checkKeyName(name);
    if (this.#signersByName.has(name)) throw keyExists(name);
    const { publicKey, sign } = seedSigner(this.#random.bytes(SEED_BYTES));
    this.#signersByName.set(name, { publicKey, sign: async (hash) => sign(checkHash(hash)) });
    return publicKey;
  }

  async signer(name: string): Promise<Signer | undefined> {
    checkKeyName(name);
    return this.#signersByName.get(name);
  }
}
