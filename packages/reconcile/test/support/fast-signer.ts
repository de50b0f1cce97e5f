/**
 * Test persons' keys on the runtime's own Ed25519: the same seeds and, as RFC 8032 has it, the same signatures as
 * `namedSigner`, ten times as fast. Histories are made of signatures, so this decides how many of them a test can search.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, type PublicKey, type Signer } from "@amigos/core";

/** DER prefix of an Ed25519 private key (RFC 8410 §7); the 32 bytes of seed follow. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Another valid signature on the same hash: RFC 8032 derives the nonce from the message, and a cheat takes another one.
 * Slow, for the runtime's own Ed25519 does not let anybody choose.
 */
export function signAgain(name: string, hash: Uint8Array): Uint8Array {
  const seed = createHash("sha256").update(`amigos-test/${name}`).digest();
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
  const order = ed25519.Point.Fn.ORDER;
  const nonce = littleEndian(createHash("sha512").update(seed).update("again").update(hash).digest()) % order;
  const commitment = ed25519.Point.BASE.multiply(nonce).toBytes();
  const challenge = littleEndian(createHash("sha512").update(commitment).update(pointBytes).update(hash).digest());
  return Uint8Array.from([...commitment, ...ed25519.Point.Fn.toBytes((nonce + challenge * scalar) % order)]);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString("hex")}`);
}

export function fastSigner(name: string): Signer {
  const seed = createHash("sha256").update(`amigos-test/${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  return {
    publicKey: bytesToHex(publicKey) as PublicKey,
    sign: (hash) => Promise.resolve(new Uint8Array(sign(null, hash, key))),
  };
}
