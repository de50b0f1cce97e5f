/** Signing. The caller has reserved the place (session, sequence, previous) durably before: see the engine. */
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { joinSigned } from "../encoding/signed.ts";
import { verifySignature } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import type { Signer } from "../crypto/signer.ts";
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import type { EntryId } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import { orThrow } from "../result.ts";
import { entrySchema, type Entry } from "./entry.ts";
import { markVerified, type VerifiedEntry } from "./verify-entry.ts";

/**
 * Signs an entry. What the signer returns is verified, for a vault that answers wrongly must not mint a `VerifiedEntry`.
 * What is returned is read from the signed bytes: whatever else the caller's object holds was not signed.
 * Asserts that `unsigned` is one that strict decoding accepts. Rejects with what the signer rejects with.
 */
export async function signEntry(unsigned: Entry, signer: Signer): Promise<VerifiedEntry> {
  const body = encodeWith(entrySchema, unsigned);
  const id = hashToId<EntryId>(DOMAIN.entry, body);
  const signature = await signer.sign(hexToBytes(id));
  assert(verifySignature(signature, hexToBytes(id), signer.publicKey), "a signer signs with the key it names");
  const bytes = joinSigned(body, signature);
  assert(bytes.length <= ENTRY_BYTES_MAX, "what is signed is within its bound");
  const entry = orThrow(decodeWith(entrySchema, body, ENTRY_BYTES_MAX));
  return markVerified({ id, link: linkOf(id, signature), entry, signature, bytes });
}
