/**
 * SLIP-0010 for Ed25519: a tree of keys from one seed. Every step is hardened, so no key of the tree says anything about
 * another. The libraries that have it bring PGP, SSH and a binary schema language along; this is two hashes and a loop.
 * @see https://github.com/satoshilabs/slips/blob/master/slip-0010.md
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { assert } from "../assert.ts";

/** The first index that is hardened; SLIP-0010 has no others for Ed25519. */
const HARDENED = 0x8000_0000;
/** The largest index of a step, as it is written: `m/2147483647'`. */
export const INDEX_MAX: number = HARDENED - 1;

const ROOT_KEY = utf8ToBytes("ed25519 seed");
const KEY_BYTES = 32;

/** The 32 bytes of private key at `path`, each step of which is an index before hardening, from 0 to `INDEX_MAX`. */
export function deriveSlip10(seed: Uint8Array, path: readonly number[]): Uint8Array {
  const node = path.reduce(child, hmac(sha512, ROOT_KEY, seed));
  return node.slice(0, KEY_BYTES);
}

/** A node is a private key and a chain code, 32 bytes each. The child hashes `0x00 ‖ key ‖ index` under the chain code. */
function child(node: Uint8Array, index: number): Uint8Array {
  assert(Number.isInteger(index) && index >= 0 && index <= INDEX_MAX, "an index is a whole number below 2^31");
  const data = new Uint8Array(1 + KEY_BYTES + 4);
  data.set(node.subarray(0, KEY_BYTES), 1);
  new DataView(data.buffer).setUint32(1 + KEY_BYTES, HARDENED + index);
  return hmac(sha512, node.subarray(KEY_BYTES), data);
}
