/**
 * Recovery requests: whoever lost an account's master key asks its guardians to agree to a new one (spec [RRQ1]). It names the
 * new keys and is signed by the new master key; that its bearer is whose account it is, each guardian has to know.
 */
import {
  body,
  checked,
  field,
  hexBytes,
  id,
  integer,
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
import type { AccountId, KeyDigest, NetworkTag, PublicKey, RecoveryRequestId, TimeMs } from "../ids.ts";
import { RECOVERY_REQUEST_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export interface RecoveryRequest {
  readonly version: 1;
  readonly network: NetworkTag;
  /** Whose keys are to be replaced. */
  readonly account: AccountId;
  readonly masterKey: PublicKey;
  readonly nextKeyDigest: KeyDigest;
  /** When it was made, by the clock of who asks. */
  readonly time: TimeMs;
}

/** A request that was signed by the new master key. Made only by `verifyRecoveryRequest` and `signRecoveryRequest`. */
export interface VerifiedRecoveryRequest {
  readonly id: RecoveryRequestId;
  readonly request: RecoveryRequest;
  readonly bytes: Uint8Array;
}

export type RecoveryRequestError =
  | DecodeError
  | { readonly type: "not-a-recovery-request" }
  | { readonly type: "key-refused"; readonly key: PublicKey }
  | { readonly type: "signature-invalid" };

const PREFIX = "AMIGOS:G";

export const recoveryRequestSchema: Schema<RecoveryRequest> = checked(
  body<RecoveryRequest>({
    version: field(0, version(1)),
    network: field(1, hexBytes<NetworkTag>(4)),
    account: field(2, id<AccountId>()),
    masterKey: field(3, id<PublicKey>()),
    nextKeyDigest: field(4, id<KeyDigest>()),
    time: field(5, integer<TimeMs>()),
  }),
);

/** Asserts that the signer is the key that the request names. Rejects with what the signer rejects with. */
export async function signRecoveryRequest(unsigned: RecoveryRequest, signer: Signer): Promise<VerifiedRecoveryRequest> {
  assert(unsigned.masterKey === signer.publicKey, "who asks has the new master key");
  const kind = { schema: recoveryRequestSchema, tag: DOMAIN.recoveryRequest, sizeMax: RECOVERY_REQUEST_BYTES_MAX };
  const signed = await signBody<RecoveryRequest, RecoveryRequestId>(unsigned, kind, signer);
  return { id: signed.id, request: signed.body, bytes: signed.bytes };
}

/** What some bytes claim to be a request of. Proves nothing. */
export function decodeRecoveryRequest(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<
  { readonly request: RecoveryRequest; readonly id: RecoveryRequestId; readonly signature: Uint8Array },
  DecodeError
> {
  const decoded = decodeSigned(recoveryRequestSchema, bytes, RECOVERY_REQUEST_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: request, encoded, signature } = decoded.value;
  if (request.network !== network) return err({ type: "wrong-network", expected: network, found: request.network });
  return ok({ request, id: hashToId<RecoveryRequestId>(DOMAIN.recoveryRequest, encoded), signature });
}

/** Checks form, network, the new master key, and its signature. */
export function verifyRecoveryRequest(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<VerifiedRecoveryRequest, RecoveryRequestError> {
  const decoded = decodeRecoveryRequest(bytes, network);
  if (!decoded.ok) return decoded;
  const { request, id: requestId, signature } = decoded.value;
  const { masterKey } = request;
  if (!isRegistrable(masterKey)) return err({ type: "key-refused", key: masterKey });
  return verifySignature(signature, hexToBytes(requestId), masterKey)
    ? ok({ id: requestId, request, bytes })
    : err({ type: "signature-invalid" });
}

/** `AMIGOS:G…` */
export function recoveryRequestToText(bytes: Uint8Array): string {
  return bytesToShown(PREFIX, bytes);
}

export function isRecoveryRequestText(shown: string): boolean {
  return isShown(PREFIX, shown);
}

export function textToRecoveryRequest(
  shown: string,
  network: NetworkTag,
): Result<VerifiedRecoveryRequest, RecoveryRequestError> {
  const bytes = readShown(shown, {
    prefix: PREFIX,
    sizeMax: RECOVERY_REQUEST_BYTES_MAX,
    otherwise: "not-a-recovery-request",
  });
  return bytes.ok ? verifyRecoveryRequest(bytes.value, network) : bytes;
}
