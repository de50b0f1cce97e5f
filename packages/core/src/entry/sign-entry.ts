/** Signing. The caller has reserved the place (session, sequence, previous) durably before: see the engine. */
import { encodeWith } from "../encoding/schema.ts";
import { joinSigned } from "../encoding/signed.ts";
import { linkOf } from "../account/control-entry.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import type { Signer } from "../crypto/signer.ts";
import { hexToBytes } from "../bytes.ts";
import type { EntryId } from "../ids.ts";
import { entrySchema, type Entry } from "./entry.ts";
import { markVerified, type VerifiedEntry } from "./verify-entry.ts";

export async function signEntry(entry: Entry, signer: Signer): Promise<VerifiedEntry> {
  const body = encodeWith(entrySchema, entry);
  const id = hashToId<EntryId>(DOMAIN.entry, body);
  const signature = await signer.sign(hexToBytes(id));
  return markVerified({ id, link: linkOf(id, signature), entry, signature, bytes: joinSigned(body, signature) });
}
