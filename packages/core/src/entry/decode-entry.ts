/** From bytes to `DecodedEntry`: well formed, of our version and network, with its id and link. Not authentic yet. */
import { decodeWith, type DecodeError } from "../encoding/schema.ts";
import { splitSigned } from "../encoding/signed.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import type { EntryId, Link, NetworkTag } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import { err, ok, type Result } from "../result.ts";
import { entrySchema, type Entry } from "./entry.ts";
import { readPlainPayment } from "./read-plain-payment.ts";

export interface DecodedEntry {
  readonly id: EntryId;
  readonly link: Link;
  readonly entry: Entry;
  readonly signature: Uint8Array;
  /** The signed bytes as they arrived. */
  readonly bytes: Uint8Array;
}

export function decodeEntry(bytes: Uint8Array, network: NetworkTag): Result<DecodedEntry, DecodeError> {
  if (bytes.length > ENTRY_BYTES_MAX) return err({ type: "too-large", size: bytes.length, sizeMax: ENTRY_BYTES_MAX });
  const split = splitSigned(bytes);
  if (!split.ok) return split;
  const { body: encoded, signature } = split.value;
  const plain = readPlainPayment(encoded);
  const decoded = plain === undefined ? decodeWith(entrySchema, encoded, ENTRY_BYTES_MAX) : ok(plain);
  if (!decoded.ok) return decoded;
  const entry = decoded.value;
  if (entry.network !== network) return err({ type: "wrong-network", expected: network, found: entry.network });
  const id = hashToId<EntryId>(DOMAIN.entry, encoded);
  return ok({ id, link: linkOf(id, signature), entry, signature, bytes });
}
