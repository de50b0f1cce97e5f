/**
 * What an account says about itself: a log of entries signed by its master key. So far it can say one thing, `grant`:
 * a key of one device becomes a session. The session id is the control entry's id (spec [CTL1], [SES1]).
 */
import {
  body,
  checked,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  list,
  oneOf,
  text,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { joinSigned, splitSigned } from "../encoding/signed.ts";
import { checkPublicKey, verifySignature } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import type { Signer } from "../crypto/signer.ts";
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import type { AccountId, EntryId, Link, NetworkId, PublicKey, Sequence, SessionId, TimeMs } from "../ids.ts";
import { CONTROL_ENTRY_BYTES_MAX, DEVICE_NAME_BYTES_MAX, PERMISSIONS_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import { err, ok, type Result } from "../result.ts";
import { permissionSchema, type Permission } from "../session/permission.ts";

/** Makes a device's key a session of the account. */
export interface Grant {
  readonly type: "grant";
  readonly sessionKey: PublicKey;
  readonly device: string;
  readonly permissions: readonly Permission[];
  /** The session signs nothing that claims an earlier time. */
  readonly notBefore: TimeMs;
  /** The session signs nothing that claims this time or a later one. */
  readonly expiry: TimeMs;
}

export type ControlOperation = Grant;

export interface ControlEntry {
  readonly version: 1;
  readonly network: NetworkId;
  readonly account: AccountId;
  readonly sequence: Sequence;
  /** The predecessor's link; the account id for sequence 0. */
  readonly previous: Link;
  readonly operation: ControlOperation;
}

/** A control entry that its account's master key signed. Made only by `verifyControlEntry` and `signControlEntry`. */
export interface VerifiedControlEntry {
  readonly id: EntryId;
  readonly link: Link;
  readonly entry: ControlEntry;
  readonly bytes: Uint8Array;
}

export type ControlEntryError =
  | DecodeError
  | { readonly type: "signature-invalid" }
  | { readonly type: "key-refused"; readonly key: PublicKey }
  | { readonly type: "wrong-account"; readonly expected: AccountId; readonly found: AccountId };

const grantSchema: Schema<Omit<Grant, "type">> = body<Omit<Grant, "type">>({
  sessionKey: field(1, id<PublicKey>()),
  device: field(2, text(DEVICE_NAME_BYTES_MAX)),
  permissions: field(3, list(permissionSchema, PERMISSIONS_MAX)),
  notBefore: field(4, integer<TimeMs>()),
  expiry: field(5, integer<TimeMs>()),
});

export const controlEntrySchema: Schema<ControlEntry> = checked(
  body<ControlEntry>({
    version: field(0, version(1)),
    network: field(1, id<NetworkId>()),
    account: field(2, id<AccountId>()),
    sequence: field(3, integer<Sequence>()),
    previous: field(4, id<Link>()),
    operation: field(5, oneOf<ControlOperation>({ grant: { kind: 0, schema: grantSchema } })),
  }),
);

/** The session that a grant opens. */
export function sessionOfGrant(grant: VerifiedControlEntry): SessionId {
  return grant.id as string as SessionId;
}

export async function signControlEntry(entry: ControlEntry, master: Signer): Promise<VerifiedControlEntry> {
  assert(checkPublicKey(hexToBytes(entry.operation.sessionKey)).ok, "a session key is a point of prime order");
  const bytes = encodeWith(controlEntrySchema, entry);
  const entryId = hashToId<EntryId>(DOMAIN.control, bytes);
  const signature = await master.sign(hexToBytes(entryId));
  assert(verifySignature(signature, hexToBytes(entryId), master.publicKey), "a signer signs with the key it names");
  return { id: entryId, link: linkOf(entryId, signature), entry, bytes: joinSigned(bytes, signature) };
}

/** Checks form, network, account, key and signature. Whether it fits the account's log is judged by reconcile. */
export function verifyControlEntry(
  bytes: Uint8Array,
  account: { readonly id: AccountId; readonly network: NetworkId; readonly masterKey: PublicKey },
): Result<VerifiedControlEntry, ControlEntryError> {
  const decoded = decodeControlEntry(bytes);
  if (!decoded.ok) return decoded;
  const { entry, entryId, signature } = decoded.value;
  if (entry.network !== account.network)
    return err({ type: "wrong-network", expected: account.network, found: entry.network });
  if (entry.account !== account.id) return err({ type: "wrong-account", expected: account.id, found: entry.account });
  if (!checkPublicKey(hexToBytes(entry.operation.sessionKey)).ok)
    return err({ type: "key-refused", key: entry.operation.sessionKey });
  return verifySignature(signature, hexToBytes(entryId), account.masterKey)
    ? ok({ id: entryId, link: linkOf(entryId, signature), entry, bytes })
    : err({ type: "signature-invalid" });
}

/** What some bytes claim to be a control entry of, and where their signature is. Proves nothing. */
export function decodeControlEntry(
  bytes: Uint8Array,
): Result<{ readonly entry: ControlEntry; readonly entryId: EntryId; readonly signature: Uint8Array }, DecodeError> {
  if (bytes.length > CONTROL_ENTRY_BYTES_MAX)
    return err({ type: "too-large", size: bytes.length, sizeMax: CONTROL_ENTRY_BYTES_MAX });
  const split = splitSigned(bytes);
  if (!split.ok) return split;
  const decoded = decodeWith(controlEntrySchema, split.value.body, CONTROL_ENTRY_BYTES_MAX);
  if (!decoded.ok) return decoded;
  return ok({
    entry: decoded.value,
    entryId: hashToId<EntryId>(DOMAIN.control, split.value.body),
    signature: split.value.signature,
  });
}
