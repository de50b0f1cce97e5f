/**
 * The recovery phrase: 12 or 24 English words of BIP-39 that stand for 16 or 32 bytes of entropy (spec [BAK1]). This
 * package has no randomness, so the caller brings the entropy, and keeps it: everything else can be made from it again.
 * @see https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki
 */
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { assert } from "../assert.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * Why a text is not a phrase, and what its writer can do about it. Nothing of the phrase is in it but the one word that
 * is not of the list, shortened.
 */
export type PhraseError =
  /** More characters than any phrase has: something else was pasted. */
  | { readonly type: "too-large"; readonly size: number; readonly sizeMax: number }
  /** Words are missing, doubled or run together. */
  | { readonly type: "phrase-length"; readonly words: number; readonly allowed: readonly number[] }
  /** The word at `position`, counted from 0, is not of the list: mistyped. */
  | { readonly type: "phrase-word-unknown"; readonly position: number; readonly word: string }
  /** Every word is of the list, but together they are no phrase: two are swapped, or one is another. */
  | { readonly type: "phrase-checksum" };

/** BIP-39 allows 15, 18 and 21 words besides: lengths that nobody asks for and that each screen would have to offer. */
const PHRASE_WORDS: readonly number[] = [12, 24];
export const ENTROPY_BYTES_MAX = 32;
const ENTROPY_LENGTHS: readonly number[] = [16, ENTROPY_BYTES_MAX];
/** Characters of what is typed. 24 words of 8 letters need 215; the rest is for numbered lines and stray space. */
const PHRASE_LENGTH_MAX = 1024;
/** Characters of an unknown word that an error shows: a mistyped one whole (the list's have up to 8), others in part. */
const WORD_SHOWN_MAX = 12;

/** Whether bytes have the length of a phrase's entropy. */
export function isEntropy(bytes: Uint8Array): boolean {
  return ENTROPY_LENGTHS.includes(bytes.length);
}

/** The phrase of 16 or 32 unpredictable bytes: 12 or 24 words in lower case, with one space between. */
export function entropyToPhrase(entropy: Uint8Array): string {
  assert(isEntropy(entropy), "the entropy of a phrase is 16 or 32 bytes");
  return entropyToMnemonic(entropy, wordlist);
}

/** Reads a phrase as a person typed it: in any case, with any white space around and between the words. */
export function phraseToEntropy(typed: string): Result<Uint8Array, PhraseError> {
  if (typed.length > PHRASE_LENGTH_MAX)
    return err({ type: "too-large", size: typed.length, sizeMax: PHRASE_LENGTH_MAX });
  const words = wordsOf(typed);
  if (!PHRASE_WORDS.includes(words.length))
    return err({ type: "phrase-length", words: words.length, allowed: PHRASE_WORDS });
  const position = words.findIndex((word) => !wordlist.includes(word));
  const unknown = words[position];
  if (unknown !== undefined) return err({ type: "phrase-word-unknown", position, word: shortened(unknown) });
  try {
    return ok(mnemonicToEntropy(words.join(" "), wordlist));
  } catch {
    // Number and words were checked: what is left to find is the checksum.
    return err({ type: "phrase-checksum" });
  }
}

function wordsOf(typed: string): readonly string[] {
  // determinism: every word of the list is ASCII, and so is whatever can become one; the rest is refused either way
  const plain = typed.normalize("NFKD").toLowerCase().trim();
  return plain === "" ? [] : plain.split(/\s+/);
}

function shortened(word: string): string {
  return Array.from(word).slice(0, WORD_SHOWN_MAX).join("");
}
