/**
 * Ed25519 with one meaning of "valid" on every runtime: ZIP 215 (spec [SIG1]). Libraries disagree about hostile
 * signatures, and a reconciler that verifies differently on two devices diverges. Every native verifier that we use
 * accepts a subset of what ZIP 215 accepts, so a native accept is final and a native reject is asked again.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { native } from "#native";
import type { Native } from "./native.ts";
import type { SignatureCheck } from "./signature-check.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import type { PublicKey } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";

export const SIGNATURE_BYTES = 64;

export type KeyError = { readonly type: "key-not-a-point" } | { readonly type: "key-not-of-prime-order" };

/**
 * Whether `signature` (64 bytes) signs `message` under `publicKey`, by ZIP 215. For one check whose answer is needed at
 * once: in a browser this is portable code, and many checks are better made by `verifySignatures`.
 * @see https://zips.z.cash/zip-0215
 */
export function verifySignature(signature: Uint8Array, message: Uint8Array, publicKey: PublicKey): boolean {
  return verifySignatureOn(native, { signature, message, publicKey });
}

/** The same for many checks at once, natively in browsers too. One answer for each, in the order given. */
export function verifySignatures(checks: readonly SignatureCheck[]): Promise<readonly boolean[]> {
  return verifySignaturesOn(native, checks);
}

/** The same on a runtime of the caller's choice, so that tests can hold all of them to one answer. */
export function verifySignatureOn(runtime: Native, check: SignatureCheck): boolean {
  return decide(check, runtime.verifyEd25519(check));
}

export async function verifySignaturesOn(
  runtime: Native,
  checks: readonly SignatureCheck[],
): Promise<readonly boolean[]> {
  const accepted = await runtime.verifyEd25519Together(checks);
  return checks.map((check, index) => decide(check, accepted[index] === true));
}

/** The answer to a check that the runtime has accepted or not. */
function decide({ signature, message, publicKey }: SignatureCheck, isAcceptedNatively: boolean): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (isAcceptedNatively) return true;
  try {
    return ed25519.verify(signature, message, hexToBytes(publicKey), { zip215: true });
  } catch {
    return false;
  }
}

/**
 * A key that may be registered: a canonical point of prime order (spec [SIG2]). Under a small-order key one signature
 * fits every message, and under a mixed-order key verifiers disagree, so neither ever becomes a master or session key.
 */
export function checkPublicKey(bytes: Uint8Array): Result<PublicKey, KeyError> {
  try {
    const point = ed25519.Point.fromBytes(bytes, false);
    return point.isTorsionFree() && !point.is0()
      ? ok(bytesToHex(bytes) as PublicKey)
      : err({ type: "key-not-of-prime-order" });
  } catch {
    return err({ type: "key-not-a-point" });
  }
}

/** Keys that were found well are remembered: a bundle, a hello and a record all name them. Bounded: a peer chooses the keys we see. */
const REGISTRABLE_KEPT_MAX = 4096;

const registrable = new Set<PublicKey>();

/** Whether a key that is named as text may be registered. */
export function isRegistrable(key: PublicKey): boolean {
  if (registrable.has(key)) return true;
  if (!checkPublicKey(hexToBytes(key)).ok) return false;
  if (registrable.size >= REGISTRABLE_KEPT_MAX) registrable.clear();
  registrable.add(key);
  return true;
}
