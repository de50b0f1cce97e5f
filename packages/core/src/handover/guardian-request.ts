/**
 * What an account asks its guardians before it matters (spec [PRC1], [PRC2]): whether they would be its guardians, and whether
 * they would answer if it had to be recovered. Requests and answers have tags and forms of their own, name no keys, and are
 * nothing that a ledger reads: whatever is signed here, no recovery comes of it.
 */
import {
  body,
  checked,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  integer,
  oneOf,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { decodeSigned } from "../encoding/signed.ts";
import { verifySignature } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import { signBody } from "../crypto/sign-body.ts";
import type { Signer } from "../crypto/signer.ts";
import { hexToBytes } from "../bytes.ts";
import { signatorySchema, type Signatory } from "../account/control-operation.ts";
import type { AccountId, NetworkTag, GuardianRequestId, PublicKey, TimeMs } from "../ids.ts";
import { GUARDIAN_REQUEST_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export interface GuardianRequest {
  readonly version: 1;
  readonly network: NetworkTag;
  /** Who asks. */
  readonly account: AccountId;
  /** 16 bytes as 32 hex digits, drawn at random: an answer is to this request and no earlier one. */
  readonly nonce: string;
  /** When it was made, by the clock of who asks. */
  readonly time: TimeMs;
  readonly purpose: GuardianPurpose;
}

/** An invitation asks whether somebody would be a guardian; practice, whether who is one would answer. */
export type GuardianPurpose = { readonly type: "practice" } | { readonly type: "invitation" };

export interface GuardianAnswer {
  readonly version: 1;
  readonly network: NetworkTag;
  readonly request: GuardianRequestId;
  /** The guardian, and the session by which it speaks. */
  readonly by: Signatory;
  /** When it was signed, by the guardian's clock. */
  readonly time: TimeMs;
}

export type GuardianRequestError =
  | DecodeError
  | { readonly type: "not-a-guardian-request" }
  | { readonly type: "signature-invalid" };

const REQUEST_PREFIX = "AMIGOS:P";
const ANSWER_PREFIX = "AMIGOS:Q";
const NONCE_BYTES = 16;

const noMore = body<object>({});
const guardianRequestSchema: Schema<GuardianRequest> = body<GuardianRequest>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  account: field(2, id<AccountId>()),
  nonce: field(3, hexBytes<string>(NONCE_BYTES)),
  time: field(4, integer<TimeMs>()),
  purpose: field(
    5,
    oneOf<GuardianPurpose>({ practice: { kind: 0, schema: noMore }, invitation: { kind: 1, schema: noMore } }),
  ),
});

export const guardianAnswerSchema: Schema<GuardianAnswer> = checked(
  body<GuardianAnswer>({
    version: field(0, version(1)),
    network: field(1, hexBytes<NetworkTag>(4)),
    request: field(2, id<GuardianRequestId>()),
    by: field(3, signatorySchema),
    time: field(4, integer<TimeMs>()),
  }),
);

export function encodeGuardianRequest(request: GuardianRequest): Uint8Array {
  return encodeWith(guardianRequestSchema, request);
}

export function decodeGuardianRequest(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<{ readonly request: GuardianRequest; readonly id: GuardianRequestId }, GuardianRequestError> {
  const decoded = decodeWith(guardianRequestSchema, bytes, GUARDIAN_REQUEST_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const request = decoded.value;
  if (request.network !== network) return err({ type: "wrong-network", expected: network, found: request.network });
  return ok({ request, id: guardianRequestId(request) });
}

function guardianRequestId(request: GuardianRequest): GuardianRequestId {
  return hashToId<GuardianRequestId>(DOMAIN.guardianRequest, encodeGuardianRequest(request));
}

/** Asserts that the signer signs with the key it names. Rejects with what the signer rejects with. */
export async function signGuardianAnswer(unsigned: GuardianAnswer, signer: Signer): Promise<Uint8Array> {
  const kind = { schema: guardianAnswerSchema, tag: DOMAIN.guardianAnswer, sizeMax: GUARDIAN_REQUEST_BYTES_MAX };
  return (await signBody(unsigned, kind, signer)).bytes;
}

/** What some bytes claim to be an answer of, and how to check that under the key of whoever it names. */
export function decodeGuardianAnswer(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<
  { readonly answer: GuardianAnswer; readonly hash: Uint8Array; readonly signature: Uint8Array },
  GuardianRequestError
> {
  const decoded = decodeSigned(guardianAnswerSchema, bytes, GUARDIAN_REQUEST_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: answer, encoded, signature } = decoded.value;
  if (answer.network !== network) return err({ type: "wrong-network", expected: network, found: answer.network });
  return ok({ answer, hash: hexToBytes(hashToId<string>(DOMAIN.guardianAnswer, encoded)), signature });
}

/** `key`: of the guardian, or of the session by which it speaks. */
export function verifyGuardianAnswer(
  bytes: Uint8Array,
  { network, key }: { readonly network: NetworkTag; readonly key: PublicKey },
): Result<GuardianAnswer, GuardianRequestError> {
  const decoded = decodeGuardianAnswer(bytes, network);
  if (!decoded.ok) return decoded;
  const { answer, hash, signature } = decoded.value;
  return verifySignature(signature, hash, key) ? ok(answer) : err({ type: "signature-invalid" });
}

/** `AMIGOS:P…` */
export function guardianRequestToText(bytes: Uint8Array): string {
  return bytesToShown(REQUEST_PREFIX, bytes);
}

/** `AMIGOS:Q…` */
export function guardianAnswerToText(bytes: Uint8Array): string {
  return bytesToShown(ANSWER_PREFIX, bytes);
}

/** Whether a text says that it asks a guardian something, or is the answer. */
export function isGuardianText(shown: string): boolean {
  return isShown(REQUEST_PREFIX, shown) || isShown(ANSWER_PREFIX, shown);
}

export function textToGuardianRequest(shown: string): Result<Uint8Array, GuardianRequestError> {
  return bytesOf(REQUEST_PREFIX, shown);
}

export function textToGuardianAnswer(shown: string): Result<Uint8Array, GuardianRequestError> {
  return bytesOf(ANSWER_PREFIX, shown);
}

function bytesOf(prefix: string, shown: string): Result<Uint8Array, GuardianRequestError> {
  return readShown(shown, { prefix: prefix, sizeMax: GUARDIAN_REQUEST_BYTES_MAX, otherwise: "not-a-guardian-request" });
}
