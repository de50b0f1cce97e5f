/** Node: its OpenSSL agrees on keys ten times and seals large messages six times as fast as portable code. */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  type KeyObject,
} from "node:crypto";
import { TAG_BYTES, type NoisePrimitives } from "./primitives.ts";

/** DER prefixes of an X25519 SubjectPublicKeyInfo and of its PrivateKeyInfo (RFC 8410 §4, §7); the raw key follows. */
const SPKI_PREFIX = Buffer.from("302a300506032b656e032100", "hex");
const PKCS8_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");

const CIPHER = "chacha20-poly1305";

/** A connection's key is handed over once, not with each message: that costs as much as sealing a small one. It goes with it. */
const secretKeys = new WeakMap<Uint8Array, KeyObject>();

export const primitives: NoisePrimitives = {
  publicKeyOf: (secret) => {
    const encoded = createPublicKey(privateKey(secret)).export({ format: "der", type: "spki" });
    return Uint8Array.from(encoded.subarray(SPKI_PREFIX.length));
  },
  sharedSecret: (secret, publicKey) => {
    try {
      const key = Buffer.concat([SPKI_PREFIX, publicKey]);
      return plain(
        diffieHellman({
          privateKey: privateKey(secret),
          publicKey: createPublicKey({ key, format: "der", type: "spki" }),
        }),
      );
    } catch {
      // OpenSSL refuses a secret of zero.
      return undefined;
    }
  },
  seal: ({ key, nonce, associatedData }, plaintext) => {
    const cipher = createCipheriv(CIPHER, secretKey(key), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData, { plaintextLength: plaintext.length });
    const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
    sealed.set(cipher.update(plaintext));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plaintext.length);
    return sealed;
  },
  open: ({ key, nonce, associatedData }, sealed) => {
    const length = sealed.length - TAG_BYTES;
    if (length < 0) return undefined;
    const decipher = createDecipheriv(CIPHER, secretKey(key), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData, { plaintextLength: length });
    decipher.setAuthTag(sealed.subarray(length));
    const plaintext = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain(plaintext);
  },
};

function secretKey(key: Uint8Array): KeyObject {
  const known = secretKeys.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  secretKeys.set(key, made);
  return made;
}

function privateKey(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: "der", type: "pkcs8" });
}

/** The same bytes without what Node adds to them: a Buffer means something else by `slice`. */
function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
