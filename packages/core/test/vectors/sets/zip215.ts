/**
 * What ZIP 215 decides and libraries disagree about, computed: keys and R of small order in every encoding, keys and R of
 * mixed order, and what is refused all the same.
 * @see https://zips.z.cash/zip-0215
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, type PublicKey } from "../../../src/index.ts";
import { bytesOf, mixedOrderSignature, ORDER, smallOrderEncodings, torsionPoints } from "../../support/curve.ts";
import type { SignatureSet, SignatureVector } from "../signature-set.ts";

const message = new TextEncoder().encode("Zcash");

/** Any scalars that are neither small nor special. */
const SECRET = ORDER / 3n;
const NONCE = ORDER / 7n;

/** With S = 0, every pair of a small-order key and a small-order R is a valid signature of every message. */
export const smallOrder: SignatureSet = {
  name: "zip215-small-order",
  byDesign: [],
  vectors: () =>
    smallOrderEncodings().flatMap((key, keyIndex, encodings) =>
      encodings.map((r, rIndex) => ({
        vector: `key ${keyIndex}, R ${rIndex}`,
        check: { signature: Uint8Array.of(...r, ...bytesOf(0n)), message, publicKey: bytesToHex(key) as PublicKey },
        isValid: true,
      })),
    ),
};

/** Signatures whose key and R each carry one of the eight small-order points besides what the signer computed. */
export const mixedOrder: SignatureSet = {
  name: "zip215-mixed-order",
  byDesign: [],
  vectors: () =>
    torsionPoints().flatMap((keyTorsion, keyIndex, torsion) =>
      torsion.map((nonceTorsion, nonceIndex) => {
        const options = { secret: SECRET, nonce: NONCE, keyTorsion, nonceTorsion, message };
        const { key, signature } = mixedOrderSignature(options);
        return {
          vector: `key + ${keyIndex}, R + ${nonceIndex}`,
          check: { signature, message, publicKey: bytesToHex(key) as PublicKey },
          isValid: true,
        };
      }),
    ),
};

export const refused: SignatureSet = {
  name: "zip215-refused",
  byDesign: [],
  vectors: () => {
    const secret = new Uint8Array(32).fill(215);
    const key: Uint8Array = ed25519.getPublicKey(secret);
    const signature = ed25519.sign(message, secret);
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    const sNumber = s.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const notAPoint = bytesOf(2n);
    const vector = (name: string, bytes: Uint8Array, publicKey = key, isValid = false): SignatureVector => ({
      vector: name,
      check: { signature: bytes, message, publicKey: bytesToHex(publicKey) as PublicKey },
      isValid,
    });
    return [
      vector("as it was signed", signature, key, true),
      vector("S not below the order", Uint8Array.of(...r, ...bytesOf(sNumber + ORDER))),
      vector("R not a point", Uint8Array.of(...notAPoint, ...s)),
      vector("key not a point", signature, notAPoint),
      vector("no bytes", new Uint8Array(0)),
      vector("a byte too few", signature.subarray(0, 63)),
      vector("a byte too many", Uint8Array.of(...signature, 0)),
    ];
  },
};
