/** From bytes to `DecodedEntry`: well formed, of our version and network, with its id and link. Not authentic yet. */
import type { DecodeError } from "../encoding/schema.ts";
import { decodeSigned } from "../encoding/signed.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import type { EntryId, Link, NetworkTag } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import { err, ok, type Result } from "../result.ts";
import { entrySchema, type Entry } from "./entry.ts";

export interface DecodedEntry {
  readonly id: EntryId;
  readonly link: Link;
  readonly entry: Entry;
  readonly signature: Uint8Array;
  /** The signed bytes as they arrived. */
  readonly bytes: Uint8Array;
}

export function decodeEntry(bytes: Uint8Array, network: NetworkTag): Result<DecodedEntry, DecodeError> {
  const decoded = decodeSigned(entrySchema, bytes, ENTRY_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: entry, encoded, signature } = decoded.value;
  if (entry.network !== network) return err({ type: "wrong-network", expected: network, found: entry.network });
  const id = hashToId<EntryId>(DOMAIN.entry, encoded);
  return ok({ id, link: linkOf(id, signature), entry, signature, bytes });
}
