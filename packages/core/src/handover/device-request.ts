/**
 * Device requests: a new device asks an account for a session (spec [DRQ1]). It names the key that the device has made for
 * itself and is signed by it, so that nobody asks for a key that is not theirs. It binds nobody: what the device may do says
 * whoever approves it.
 */
import {
  body,
  checked,
  field,
  hexBytes,
  id,
  integer,
  optional,
  refined,
  text,
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
import type { AccountId, DeviceRequestId, NetworkTag, PublicKey, Sequence, SessionId, TimeMs } from "../ids.ts";
import { DEVICE_NAME_BYTES_MAX, DEVICE_REQUEST_BYTES_MAX, DEVICE_REQUEST_MS_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { permissionsSchema, type Permission } from "../session/permission.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export interface DeviceRequest {
  readonly version: 1;
  readonly network: NetworkTag;
  /** Made on the device that asks. */
  readonly sessionKey: PublicKey;
  /** What people call the device. */
  readonly device: string;
  /** 16 bytes as 32 hex digits, drawn at random: nobody knows beforehand which code it will have. */
  readonly nonce: string;
  /** When it was made, by the device's clock. */
  readonly time: TimeMs;
  /** From when on it may not be approved any more: at most a day after `time`. */
  readonly expiry: TimeMs;
  /** What the device would like to be allowed. Whoever approves decides. */
  readonly permissions?: readonly Permission[];
  /** The only account that may approve it. Left out: any. */
  readonly account?: AccountId;
  /** The session of that account in whose stead it asks for one. */
  readonly replaces?: SessionId;
  /** The last entry of that session, as the device that has it says. Left out: none. */
  readonly lastHonoured?: Sequence;
}

/** A request that was signed by the key it names. Made only by `verifyDeviceRequest` and `signDeviceRequest`. */
export interface VerifiedDeviceRequest {
  readonly id: DeviceRequestId;
  readonly request: DeviceRequest;
  readonly bytes: Uint8Array;
}

export type DeviceRequestError =
  | DecodeError
  | { readonly type: "not-a-device-request" }
  | { readonly type: "key-refused"; readonly key: PublicKey }
  | { readonly type: "signature-invalid" };

const PREFIX = "AMIGOS:D";
const NONCE_BYTES = 16;

export const deviceRequestSchema: Schema<DeviceRequest> = checked(
  refined(
    body<DeviceRequest>({
      version: field(0, version(1)),
      network: field(1, hexBytes<NetworkTag>(4)),
      sessionKey: field(2, id<PublicKey>()),
      device: field(3, text(DEVICE_NAME_BYTES_MAX)),
      nonce: field(4, hexBytes<string>(NONCE_BYTES)),
      time: field(5, integer<TimeMs>()),
      expiry: field(6, integer<TimeMs>()),
      permissions: optional(7, permissionsSchema),
      account: optional(8, id<AccountId>()),
      replaces: optional(9, id<SessionId>()),
      lastHonoured: optional(10, integer<Sequence>()),
    }),
    whyNot,
  ),
);

function whyNot({ time, expiry, account, replaces, lastHonoured }: DeviceRequest): string | undefined {
  if (expiry <= time || expiry > time + DEVICE_REQUEST_MS_MAX) return "expiry after time, and within a day of it";
  if (replaces !== undefined && account === undefined) return "the account of the session that is replaced";
  return lastHonoured !== undefined && replaces === undefined ? "the session of the last entry" : undefined;
}

/** Asserts that the signer is the key that the request names. Rejects with what the signer rejects with. */
export async function signDeviceRequest(unsigned: DeviceRequest, signer: Signer): Promise<VerifiedDeviceRequest> {
  assert(unsigned.sessionKey === signer.publicKey, "a device asks for a key of its own");
  const kind = { schema: deviceRequestSchema, tag: DOMAIN.deviceRequest, sizeMax: DEVICE_REQUEST_BYTES_MAX };
  const {
    id: requestId,
    body: request,
    bytes,
  } = await signBody<DeviceRequest, DeviceRequestId>(unsigned, kind, signer);
  return { id: requestId, request, bytes };
}

/** What some bytes claim to be a request of. Proves nothing. */
export function decodeDeviceRequest(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<
  { readonly request: DeviceRequest; readonly id: DeviceRequestId; readonly signature: Uint8Array },
  DecodeError
> {
  const decoded = decodeSigned(deviceRequestSchema, bytes, DEVICE_REQUEST_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: request, encoded, signature } = decoded.value;
  if (request.network !== network) return err({ type: "wrong-network", expected: network, found: request.network });
  return ok({ request, id: hashToId<DeviceRequestId>(DOMAIN.deviceRequest, encoded), signature });
}

/** Checks form, network, the key that it asks a session for, and its signature. Whether it has expired asks whoever has a clock. */
export function verifyDeviceRequest(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<VerifiedDeviceRequest, DeviceRequestError> {
  const decoded = decodeDeviceRequest(bytes, network);
  if (!decoded.ok) return decoded;
  const { request, id: requestId, signature } = decoded.value;
  const { sessionKey } = request;
  if (!isRegistrable(sessionKey)) return err({ type: "key-refused", key: sessionKey });
  return verifySignature(signature, hexToBytes(requestId), sessionKey)
    ? ok({ id: requestId, request, bytes })
    : err({ type: "signature-invalid" });
}

/** `AMIGOS:D…` */
export function deviceRequestToText(bytes: Uint8Array): string {
  return bytesToShown(PREFIX, bytes);
}

export function isDeviceRequestText(shown: string): boolean {
  return isShown(PREFIX, shown);
}

export function textToDeviceRequest(
  shown: string,
  network: NetworkTag,
): Result<VerifiedDeviceRequest, DeviceRequestError> {
  const bytes = readShown(shown, {
    prefix: PREFIX,
    sizeMax: DEVICE_REQUEST_BYTES_MAX,
    otherwise: "not-a-device-request",
  });
  return bytes.ok ? verifyDeviceRequest(bytes.value, network) : bytes;
}
