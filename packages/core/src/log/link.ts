/**
 * Links chain signed records into logs: the link of a record is the hash of its id and its signature, and the next
 * record of the log names it as `previous` (spec [LOG1]). An id leaves the signature out, a link covers it: so a valid
 * signature vouches for every byte before it, signatures included, and one body under two signatures is one entry with
 * two links.
 */
import { DOMAIN } from "../crypto/domain-tags.ts";
import { hashToId } from "../crypto/hash.ts";
import type { EntryId, Link } from "../ids.ts";

/** The link of a signed record, an entry or a control entry. */
export function linkOf(id: EntryId, signature: Uint8Array): Link {
  return hashToId<Link>(DOMAIN.link, id, signature);
}
