/**
 * Receipts: a payee signs that a payment has arrived (spec [RCP1]). A receipt moves nothing and is in no log; it lets the
 * payer show "delivered", and prove it, while nobody has settled anything yet.
 */
import {
  body,
  byteString,
  checked,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  integer,
  optional,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { decodeSigned, joinSigned } from "../encoding/signed.ts";
import { verifySignature } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import { signBody } from "../crypto/sign-body.ts";
import type { Signer } from "../crypto/signer.ts";
import { hexToBytes } from "../bytes.ts";
import { payeeOf } from "../entry/entry.ts";
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import type { AccountId, EntryId, NetworkTag, PublicKey, ReceiptId, SessionId, TimeMs } from "../ids.ts";
import { BUNDLE_BYTES_MAX, RECEIPT_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { accountRecordSchema, type AccountRecord } from "./bundle.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export interface Receipt {
  readonly version: 1;
  readonly network: NetworkTag;
  /** What arrived. */
  readonly payment: EntryId;
  /** The payee. */
  readonly account: AccountId;
  /** The payee's session that took it in and signs this. */
  readonly session: SessionId;
  /** Claimed by the signer, as with entries (spec [TIME1]). */
  readonly time: TimeMs;
}

/** A receipt that was signed by a session of the payee. Made only by `verifyReceipt` and `signReceipt`. */
export interface VerifiedReceipt {
  readonly id: ReceiptId;
  readonly receipt: Receipt;
  readonly bytes: Uint8Array;
}

export type ReceiptError =
  | DecodeError
  | { readonly type: "signature-invalid" }
  /** It is for another payment than the one at hand, or its account is not whom that one pays. */
  | { readonly type: "receipt-of-another-payment"; readonly expected: EntryId; readonly found: EntryId }
  | {
      readonly type: "receipt-of-another-account";
      readonly expected: AccountId | undefined;
      readonly found: AccountId;
    };

export const receiptSchema: Schema<Receipt> = checked(
  body<Receipt>({
    version: field(0, version(1)),
    network: field(1, hexBytes<NetworkTag>(4)),
    payment: field(2, id<EntryId>()),
    account: field(3, id<AccountId>()),
    session: field(4, id<SessionId>()),
    time: field(5, integer<TimeMs>()),
  }),
);

/** Asserts that the signer signs with the key it names. Rejects with what the signer rejects with. */
export async function signReceipt(unsigned: Receipt, signer: Signer): Promise<VerifiedReceipt> {
  const kind = { schema: receiptSchema, tag: DOMAIN.receipt, sizeMax: RECEIPT_BYTES_MAX };
  const { id: receiptId, body: receipt, bytes } = await signBody<Receipt, ReceiptId>(unsigned, kind, signer);
  return { id: receiptId, receipt, bytes };
}

/** The bytes of a receipt of which the parts came apart. Proves nothing: `verifyReceipt` does. @param signature 64 bytes */
export function joinReceipt(receipt: Receipt, signature: Uint8Array): Uint8Array {
  return joinSigned(encodeWith(receiptSchema, receipt), signature);
}

/** What some bytes claim to be a receipt of. Proves nothing: it says whose key `verifyReceipt` needs. */
export function decodeReceipt(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<{ readonly receipt: Receipt; readonly id: ReceiptId; readonly signature: Uint8Array }, DecodeError> {
  const decoded = decodeSigned(receiptSchema, bytes, RECEIPT_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: receipt, encoded, signature } = decoded.value;
  if (receipt.network !== network) return err({ type: "wrong-network", expected: network, found: receipt.network });
  return ok({ receipt, id: hashToId<ReceiptId>(DOMAIN.receipt, encoded), signature });
}

/** Checks form, network, that it is for `payment` and from whom that pays, and the signature of the payee's session. */
export function verifyReceipt(
  bytes: Uint8Array,
  {
    network,
    payment,
    sessionKey,
  }: {
    readonly network: NetworkTag;
    readonly payment: VerifiedEntry;
    /** Of the session that the receipt names. */
    readonly sessionKey: PublicKey;
  },
): Result<VerifiedReceipt, ReceiptError> {
  const decoded = decodeReceipt(bytes, network);
  if (!decoded.ok) return decoded;
  const { receipt, id: receiptId, signature } = decoded.value;
  if (receipt.payment !== payment.id)
    return err({ type: "receipt-of-another-payment", expected: payment.id, found: receipt.payment });
  const payee = payeeOf(payment.entry);
  if (receipt.account !== payee)
    return err({ type: "receipt-of-another-account", expected: payee, found: receipt.account });
  return verifySignature(signature, hexToBytes(receiptId), sessionKey)
    ? ok({ id: receiptId, receipt, bytes })
    : err({ type: "signature-invalid" });
}

/** A receipt on its way by hand, with what vouches for the session that signed it (spec [RCP2]). */
export interface ShownReceipt {
  readonly version: 1;
  /** As signed bytes. */
  readonly receipt: Uint8Array;
  readonly account?: AccountRecord;
}

export type ShownReceiptError = DecodeError | { readonly type: "not-a-receipt" };

const RECEIPT_PREFIX = "AMIGOS:T";

const shownReceiptSchema: Schema<ShownReceipt> = body<ShownReceipt>({
  version: field(0, version(1)),
  receipt: field(1, byteString(RECEIPT_BYTES_MAX)),
  account: optional(2, accountRecordSchema),
});

/** `AMIGOS:T…` */
export function receiptToText(shown: ShownReceipt): string {
  return bytesToShown(RECEIPT_PREFIX, encodeWith(shownReceiptSchema, shown));
}

export function isReceiptText(text: string): boolean {
  return isShown(RECEIPT_PREFIX, text);
}

/** Form alone: nothing of it is authentic yet. */
export function textToReceipt(text: string): Result<ShownReceipt, ShownReceiptError> {
  const bytes = readShown(text, { prefix: RECEIPT_PREFIX, sizeMax: BUNDLE_BYTES_MAX, otherwise: "not-a-receipt" });
  return bytes.ok ? decodeWith(shownReceiptSchema, bytes.value, BUNDLE_BYTES_MAX) : bytes;
}
