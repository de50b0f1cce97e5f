/**
 * What an account says about itself: signed entries, most of them in a log with places. Here their form is fixed and their
 * signature checked; whether one fits the account's log, and what follows from it, is judged by reconcile (spec [CTL1]).
 */
import {
  body,
  checked,
  field,
  id,
  integer,
  optional,
  refined,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { decodeSigned } from "../encoding/signed.ts";
import { isRegistrable, verifySignature } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import { signBody } from "../crypto/sign-body.ts";
import type { Signer } from "../crypto/signer.ts";
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import type { AccountId, EntryId, Link, NetworkId, PublicKey, Sequence, SessionId } from "../ids.ts";
import { CONTROL_ENTRY_BYTES_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import { err, ok, type Result } from "../result.ts";
import type { SessionTerms } from "../session/session-terms.ts";
import {
  controlOperationSchema,
  hasPlace,
  keysRegisteredBy,
  type ControlOperation,
  type OrderedOperation,
  type RecoveryOperation,
} from "./control-operation.ts";
import { signerOfControl, type ControlSigner, type KeyOf } from "./control-signer.ts";

interface Named {
  readonly version: 1;
  readonly network: NetworkId;
  readonly account: AccountId;
}

/** One with a place in the account's control log. */
export interface OrderedControlEntry extends Named {
  readonly sequence: Sequence;
  /** The predecessor's link; the account id for sequence 0. */
  readonly previous: Link;
  readonly operation: OrderedOperation;
}

/** One without a place: it counts whatever the log holds. */
export interface RecoveryStatement extends Named {
  readonly sequence?: never;
  readonly previous?: never;
  readonly operation: RecoveryOperation;
}

export type ControlEntry = OrderedControlEntry | RecoveryStatement;

/** A control entry that was signed by whom its operation says. Made only by `verifyControlEntry` and `signControlEntry`. */
export interface VerifiedControlEntry<Entry extends ControlEntry = ControlEntry> {
  readonly id: EntryId;
  readonly link: Link;
  readonly entry: Entry;
  /** The key under which it was verified. Whether that is the signer's key by the ledger is judged by reconcile. */
  readonly key: PublicKey;
  readonly bytes: Uint8Array;
}

/** One with a place in its account's control log. */
export type OrderedControl = VerifiedControlEntry<OrderedControlEntry>;

export function isOrdered(control: VerifiedControlEntry): control is OrderedControl {
  return control.entry.sequence !== undefined;
}

export type ControlEntryError =
  | DecodeError
  | { readonly type: "signature-invalid" }
  | { readonly type: "key-refused"; readonly key: PublicKey }
  /** The reader does not know the key of whoever has to sign this. */
  | { readonly type: "signer-unknown"; readonly signer: ControlSigner }
  | { readonly type: "wrong-account"; readonly expected: AccountId; readonly found: AccountId };

interface ControlBody extends Named {
  readonly sequence?: Sequence;
  readonly previous?: Link;
  readonly operation: ControlOperation;
}

export const controlEntrySchema: Schema<ControlEntry> = checked(
  refined(
    body<ControlBody>({
      version: field(0, version(1)),
      network: field(1, id<NetworkId>()),
      account: field(2, id<AccountId>()),
      sequence: optional(3, integer<Sequence>()),
      previous: optional(4, id<Link>()),
      operation: field(5, controlOperationSchema),
    }),
    ({ sequence, previous, operation }) => {
      const isPlaced = hasPlace(operation);
      const isRight = (sequence !== undefined) === isPlaced && (previous !== undefined) === isPlaced;
      return isRight ? undefined : `${operation.type} ${isPlaced ? "with" : "without"} sequence and previous`;
    },
  ) as Schema<ControlEntry>,
);

/** A link that stands for "there is no control entry before": the account itself. */
export function firstControlPrevious(account: AccountId): Link {
  return account as string as Link;
}

/** A session that a control entry opens, and on which terms. */
export interface OpenedSession {
  readonly id: SessionId;
  readonly terms: SessionTerms;
}

/** The session that a grant or an upgrade opens. */
export function openedSession({
  id: opener,
  entry,
}: Pick<VerifiedControlEntry, "id" | "entry">): OpenedSession | undefined {
  const { operation } = entry;
  return operation.type === "grant" || operation.type === "upgrade"
    ? { id: opener as string as SessionId, terms: operation }
    : undefined;
}

/**
 * Signs a control entry. Asserts that it is one that strict decoding accepts, that the keys it registers may be registered,
 * and that `signer` signs with the key it names. Rejects with what the signer rejects with.
 */
export async function signControlEntry<Entry extends ControlEntry>(
  unsigned: Entry,
  signer: Signer,
): Promise<VerifiedControlEntry<Entry>> {
  assert(
    keysRegisteredBy(unsigned.operation).every(isRegistrable),
    "a key that is registered is a point of prime order",
  );
  const kind = { schema: controlEntrySchema, tag: DOMAIN.control, sizeMax: CONTROL_ENTRY_BYTES_MAX };
  const { id: entryId, body: entry, signature, bytes } = await signBody<ControlEntry, EntryId>(unsigned, kind, signer);
  return { id: entryId, link: linkOf(entryId, signature), entry: entry as Entry, key: signer.publicKey, bytes };
}

/**
 * Checks form, network, account, the keys it registers, and the signature by whom its operation says, whose key `keyOf`
 * tells. Whether it fits the account's log is judged by reconcile.
 */
export function verifyControlEntry(
  bytes: Uint8Array,
  account: { readonly id: AccountId; readonly network: NetworkId; readonly keyOf: KeyOf },
): Result<VerifiedControlEntry, ControlEntryError> {
  const decoded = decodeControlEntry(bytes);
  if (!decoded.ok) return decoded;
  const { entry, entryId, signature } = decoded.value;
  if (entry.network !== account.network)
    return err({ type: "wrong-network", expected: account.network, found: entry.network });
  if (entry.account !== account.id) return err({ type: "wrong-account", expected: account.id, found: entry.account });
  const refused = keysRegisteredBy(entry.operation).find((key) => !isRegistrable(key));
  if (refused !== undefined) return err({ type: "key-refused", key: refused });
  const signer = signerOfControl(entry.operation);
  const key = account.keyOf(signer);
  if (key === undefined) return err({ type: "signer-unknown", signer });
  return verifySignature(signature, hexToBytes(entryId), key)
    ? ok({ id: entryId, link: linkOf(entryId, signature), entry, key, bytes })
    : err({ type: "signature-invalid" });
}

/** What some bytes claim to be a control entry of, and where their signature is. Proves nothing. */
export function decodeControlEntry(
  bytes: Uint8Array,
): Result<{ readonly entry: ControlEntry; readonly entryId: EntryId; readonly signature: Uint8Array }, DecodeError> {
  const decoded = decodeSigned(controlEntrySchema, bytes, CONTROL_ENTRY_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: entry, encoded, signature } = decoded.value;
  return ok({ entry, entryId: hashToId<EntryId>(DOMAIN.control, encoded), signature });
}
