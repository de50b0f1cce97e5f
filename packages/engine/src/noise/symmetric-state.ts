/**
 * What both sides of a Noise handshake compute alike from what was said (Noise §5.2): a hash over all of it, and a chain of
 * keys that every shared secret is mixed into. With SHA-256, whose HMAC and HKDF are those of RFC 5869.
 */
import { concatBytes, sha256 } from "@amigos/core";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { CipherState } from "./cipher-state.ts";
import { KEY_BYTES } from "./primitives.ts";

const NOTHING = new Uint8Array();

export class SymmetricState {
  #hash: Uint8Array;
  #chainingKey: Uint8Array;
  #cipher: CipherState | undefined;

  /** A name of exactly 32 bytes is its own hash. */
  constructor(protocolName: string) {
    this.#hash = utf8ToBytes(protocolName);
    this.#chainingKey = this.#hash;
  }

  /** 32 bytes that stand for all that was said. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  mixHash(data: Uint8Array): void {
    this.#hash = sha256(concatBytes(this.#hash, data));
  }

  mixKey(sharedSecret: Uint8Array): void {
    const [chainingKey, key] = this.#derive(sharedSecret);
    this.#chainingKey = chainingKey;
    this.#cipher = new CipherState(key);
  }

  /** As it is while there is no key. */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const sealed = this.#cipher === undefined ? plaintext : this.#cipher.seal(plaintext, this.#hash);
    this.mixHash(sealed ?? NOTHING);
    return sealed ?? NOTHING;
  }

  decryptAndHash(sealed: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#cipher === undefined ? sealed : this.#cipher.open(sealed, this.#hash);
    this.mixHash(sealed);
    return plaintext;
  }

  /** From initiator to responder, and back. */
  split(): readonly [CipherState, CipherState] {
    const [there, back] = this.#derive(NOTHING);
    return [new CipherState(there), new CipherState(back)];
  }

  #derive(input: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const derived = hkdf(nobleSha256, input, this.#chainingKey, NOTHING, 2 * KEY_BYTES);
    return [derived.slice(0, KEY_BYTES), derived.slice(KEY_BYTES)];
  }
}
