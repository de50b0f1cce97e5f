/** BIP-39: entropy and English phrases both ways, of the lengths that accounts use (spec [BAK1]), and seeds (spec [BAK2]). */
import { bytesToHex, hexToBytes } from "../../../src/index.ts";
import { entropyToPhrase, phraseToEntropy } from "../../../src/backup/phrase.ts";
import { entropyToSeed } from "../../../src/backup/account-keys.ts";
import type { Bip39Vector } from "../vector-data.ts";
import type { Outcome, VectorSet } from "../vector-set.ts";

const PASSPHRASE = "TREZOR";

export const bip39: VectorSet = {
  name: "bip39",
  run: ({ external }) => {
    const vectors = external["bip39.json"];
    return vectors && Promise.all(vectors.english.filter(isOurs).map(outcomeOf));
  },
  byDesign: [],
};

/** Phrases of 18 words are BIP-39 as well; ours have 12 or 24. */
function isOurs([entropy]: Bip39Vector): boolean {
  return entropy.length === 32 || entropy.length === 64;
}

async function outcomeOf([entropy, phrase, seed]: Bip39Vector): Promise<Outcome> {
  const read = phraseToEntropy(phrase);
  const made = await entropyToSeed(hexToBytes(entropy), PASSPHRASE);
  return {
    vector: entropy,
    published: `${phrase}; ${entropy}; ${seed}`,
    found: `${entropyToPhrase(hexToBytes(entropy))}; ${read.ok ? bytesToHex(read.value) : read.error.type}; ${made.ok ? bytesToHex(made.value) : made.error.type}`,
  };
}
