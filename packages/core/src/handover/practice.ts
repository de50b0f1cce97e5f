/**
 * Practising a recovery: an account asks its guardians whether they would answer, and they do (spec [PRC1]). Requests and
 * answers have tags and forms of their own, name no keys, and are nothing that a ledger reads: whatever is signed here, no
 * recovery comes of it.
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
import type { AccountId, NetworkTag, PracticeRequestId, PublicKey, TimeMs } from "../ids.ts";
import { PRACTICE_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export interface PracticeRequest {
  readonly version: 1;
  readonly network: NetworkTag;
  /** Whose guardians are asked. */
  readonly account: AccountId;
  /** 16 bytes as 32 hex digits, drawn at random: an answer is to this request and no earlier one. */
  readonly nonce: string;
  /** When it was made, by the clock of who asks. */
  readonly time: TimeMs;
}

export interface PracticeAnswer {
  readonly version: 1;
  readonly network: NetworkTag;
  readonly request: PracticeRequestId;
  /** The guardian, and the session by which it speaks. */
  readonly by: Signatory;
  /** When it was signed, by the guardian's clock. */
  readonly time: TimeMs;
}

export type PracticeError = DecodeError | { readonly type: "not-a-practice" } | { readonly type: "signature-invalid" };

const REQUEST_PREFIX = "AMIGOS:P";
const ANSWER_PREFIX = "AMIGOS:Q";
const NONCE_BYTES = 16;

const practiceRequestSchema: Schema<PracticeRequest> = body<PracticeRequest>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  account: field(2, id<AccountId>()),
  nonce: field(3, hexBytes<string>(NONCE_BYTES)),
  time: field(4, integer<TimeMs>()),
});

export const practiceAnswerSchema: Schema<PracticeAnswer> = checked(
  body<PracticeAnswer>({
    version: field(0, version(1)),
    network: field(1, hexBytes<NetworkTag>(4)),
    request: field(2, id<PracticeRequestId>()),
    by: field(3, signatorySchema),
    time: field(4, integer<TimeMs>()),
  }),
);

export function encodePracticeRequest(request: PracticeRequest): Uint8Array {
  return encodeWith(practiceRequestSchema, request);
}

export function decodePracticeRequest(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<{ readonly request: PracticeRequest; readonly id: PracticeRequestId }, PracticeError> {
  const decoded = decodeWith(practiceRequestSchema, bytes, PRACTICE_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const request = decoded.value;
  if (request.network !== network) return err({ type: "wrong-network", expected: network, found: request.network });
  return ok({ request, id: practiceRequestId(request) });
}

function practiceRequestId(request: PracticeRequest): PracticeRequestId {
  return hashToId<PracticeRequestId>(DOMAIN.practiceRequest, encodePracticeRequest(request));
}

/** Asserts that the signer signs with the key it names. Rejects with what the signer rejects with. */
export async function signPracticeAnswer(unsigned: PracticeAnswer, signer: Signer): Promise<Uint8Array> {
  const kind = { schema: practiceAnswerSchema, tag: DOMAIN.practiceAnswer, sizeMax: PRACTICE_BYTES_MAX };
  return (await signBody(unsigned, kind, signer)).bytes;
}

/** What some bytes claim to be an answer of, and how to check that under the key of whoever it names. */
export function decodePracticeAnswer(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<
  { readonly answer: PracticeAnswer; readonly hash: Uint8Array; readonly signature: Uint8Array },
  PracticeError
> {
  const decoded = decodeSigned(practiceAnswerSchema, bytes, PRACTICE_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: answer, encoded, signature } = decoded.value;
  if (answer.network !== network) return err({ type: "wrong-network", expected: network, found: answer.network });
  return ok({ answer, hash: hexToBytes(hashToId<string>(DOMAIN.practiceAnswer, encoded)), signature });
}

/** `key`: of the guardian, or of the session by which it speaks. */
export function verifyPracticeAnswer(
  bytes: Uint8Array,
  { network, key }: { readonly network: NetworkTag; readonly key: PublicKey },
): Result<PracticeAnswer, PracticeError> {
  const decoded = decodePracticeAnswer(bytes, network);
  if (!decoded.ok) return decoded;
  const { answer, hash, signature } = decoded.value;
  return verifySignature(signature, hash, key) ? ok(answer) : err({ type: "signature-invalid" });
}

/** `AMIGOS:P…` */
export function practiceRequestToText(bytes: Uint8Array): string {
  return bytesToShown(REQUEST_PREFIX, bytes);
}

/** `AMIGOS:Q…` */
export function practiceAnswerToText(bytes: Uint8Array): string {
  return bytesToShown(ANSWER_PREFIX, bytes);
}

/** Whether a text says that it is a request to practise, or an answer to one. */
export function isPracticeText(shown: string): boolean {
  return isShown(REQUEST_PREFIX, shown) || isShown(ANSWER_PREFIX, shown);
}

export function textToPracticeRequest(shown: string): Result<Uint8Array, PracticeError> {
  return bytesOf(REQUEST_PREFIX, shown);
}

export function textToPracticeAnswer(shown: string): Result<Uint8Array, PracticeError> {
  return bytesOf(ANSWER_PREFIX, shown);
}

function bytesOf(prefix: string, shown: string): Result<Uint8Array, PracticeError> {
  return readShown(shown, { prefix: prefix, sizeMax: PRACTICE_BYTES_MAX, otherwise: "not-a-practice" });
}
