/** Signing. The caller has reserved the place (session, sequence, previous) durably before: see the engine. */
import { DOMAIN } from "../crypto/domain-tags.ts";
import { signBody, type BodyKind } from "../crypto/sign-body.ts";
import type { Signer } from "../crypto/signer.ts";
import type { EntryId } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import { entrySchema, type Entry } from "./entry.ts";
import { markVerified, type VerifiedEntry } from "./verify-entry.ts";

const ENTRY: BodyKind<Entry> = { schema: entrySchema, tag: DOMAIN.entry, sizeMax: ENTRY_BYTES_MAX };

/** Signs an entry. Asserts that `unsigned` is one that strict decoding accepts. Rejects with what the signer rejects with. */
export async function signEntry(unsigned: Entry, signer: Signer): Promise<VerifiedEntry> {
  const { body: entry, ...signed } = await signBody<Entry, EntryId>(unsigned, ENTRY, signer);
  return markVerified({ ...signed, link: linkOf(signed.id, signed.signature), entry });
}
