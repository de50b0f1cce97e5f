/**
 * One direction of an encrypted connection (spec [NOI3]; Noise §5.1): a key that seals or opens one message after the
 * other, each under the next nonce. So what is lost, repeated, reordered or altered on the way does not open.
 */
import { primitives } from "#noise-primitives";

/**
 * A nonce is a number of 32 bits here, where Noise has room for 64: 2³² messages are more than a connection ever sees, and
 * a number that is never near 2⁵³ is never rounded. What would go beyond is neither sealed nor opened.
 */
const NONCE_MAX = 0xffff_ffff;
const NONCE_BYTES = 12;
/** Four zero bytes come before the number, which is little-endian (Noise §12.3). */
const NONCE_OFFSET = 4;

const NOTHING = new Uint8Array();

export class CipherState {
  readonly #key: Uint8Array;
  #next: number;

  /** `key`: 32 bytes. `next`: the nonce of the first message. */
  constructor(key: Uint8Array, next = 0) {
    this.#key = key;
    this.#next = next;
  }

  /** 16 bytes longer; `undefined` when no nonce is left. */
  seal(plaintext: Uint8Array, associatedData: Uint8Array = NOTHING): Uint8Array | undefined {
    const nonce = this.#takeNonce();
    return nonce && primitives.seal({ key: this.#key, nonce, associatedData }, plaintext);
  }

  /** `undefined` when it is not the next that the other side sealed. Then nothing after it opens either. */
  open(sealed: Uint8Array, associatedData: Uint8Array = NOTHING): Uint8Array | undefined {
    const nonce = this.#takeNonce();
    return nonce && primitives.open({ key: this.#key, nonce, associatedData }, sealed);
  }

  #takeNonce(): Uint8Array | undefined {
    if (this.#next > NONCE_MAX) return undefined;
    const nonce = new Uint8Array(NONCE_BYTES);
    new DataView(nonce.buffer).setUint32(NONCE_OFFSET, this.#next++, true);
    return nonce;
  }
}
