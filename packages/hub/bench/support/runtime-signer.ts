/** The keys of `namedSigner`, and by RFC 8032 its signatures, made by the runtime: a bench signs thousands of payments. */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { bytesToHex, type PublicKey, type Signer } from "@amigos/core";

/** DER prefix of an Ed25519 private key (RFC 8410 §7); the 32 bytes of seed follow. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

export function runtimeSigner(name: string): Signer {
  const seed = createHash("sha256").update(`amigos-test/${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  return {
    publicKey: bytesToHex(publicKey) as PublicKey,
    sign: (hash) => Promise.resolve(new Uint8Array(sign(null, hash, key))),
  };
}
