/**
 * Browsers and workers: WebCrypto verifies many signatures at once, off this thread and several times as fast as portable
 * code, but only asynchronously. Its hashes are asynchronous too, so those are computed in portable code.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "../bytes.ts";
import type { PublicKey } from "../ids.ts";
import type { Native } from "./native.ts";
import type { SignatureCheck } from "./signature-check.ts";

const ALGORITHM = "Ed25519";
/** Imported keys are kept, because a few keys sign most of what arrives. Bounded: a peer chooses the keys we see. */
const IMPORTED_KEYS_MAX = 1024;

const importedKeys = new Map<PublicKey, Promise<CryptoKey>>();

export const native: Native = {
  sha256,
  verifyEd25519: () => false,
  verifyEd25519Together: (checks) => Promise.all(checks.map(accepts)),
};

async function accepts({ signature, message, publicKey }: SignatureCheck): Promise<boolean> {
  try {
    const key = await importKey(publicKey);
    // determinism: verifies, and draws no randomness
    return await crypto.subtle.verify(ALGORITHM, key, signature as BufferSource, message as BufferSource);
  } catch {
    // A page that was not served securely has no WebCrypto, an older browser no Ed25519 in it, and some keys that
    // ZIP 215 allows are not imported; the portable verifier decides then.
    return false;
  }
}

function importKey(publicKey: PublicKey): Promise<CryptoKey> {
  const known = importedKeys.get(publicKey);
  if (known !== undefined) return known;
  const raw = hexToBytes(publicKey) as BufferSource;
  // determinism: a public key that came in as data
  const imported = crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["verify"]);
  if (importedKeys.size >= IMPORTED_KEYS_MAX) importedKeys.clear();
  importedKeys.set(publicKey, imported);
  return imported;
}
