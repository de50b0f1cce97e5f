/**
 * Device answers: what an account says to a device request (spec [DRQ3]). A granted one is the account's record up to the
 * grant, and needs no signature of its own: everything in it is signed, and that the session is the device's shows the key.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  optional,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import type { DeviceRequestId, NetworkTag } from "../ids.ts";
import { ANSWER_CHECKPOINT_BYTES_MAX, ANSWER_PROOF_BYTES_MAX, DEVICE_ANSWER_BYTES_MAX } from "../limits.ts";
import { err, type Result } from "../result.ts";
import { accountRecordSchema, type AccountRecord } from "./bundle.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export interface DeviceAnswer {
  readonly version: 1;
  readonly network: NetworkTag;
  /** What it answers. */
  readonly request: DeviceRequestId;
  /** The account with what it has said, the grant among it. Left out: it does not want the device. */
  readonly record?: AccountRecord;
  /** What bears out a recovery that the record has: a signed checkpoint, and the proof of the account's row in it. */
  readonly standing?: AccountStanding;
}

export interface AccountStanding {
  readonly checkpoint: Uint8Array;
  readonly proof: Uint8Array;
}

export type DeviceAnswerError = DecodeError | { readonly type: "not-a-device-answer" };

const PREFIX = "AMIGOS:A";

const deviceAnswerSchema: Schema<DeviceAnswer> = body<DeviceAnswer>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  request: field(2, id<DeviceRequestId>()),
  record: optional(3, accountRecordSchema),
  standing: optional(
    4,
    body<AccountStanding>({
      checkpoint: field(0, byteString(ANSWER_CHECKPOINT_BYTES_MAX)),
      proof: field(1, byteString(ANSWER_PROOF_BYTES_MAX)),
    }),
  ),
});

export function encodeDeviceAnswer(answer: DeviceAnswer): Uint8Array {
  return encodeWith(deviceAnswerSchema, answer);
}

/** Form and network. What the record says is verified by whoever asked. */
export function decodeDeviceAnswer(bytes: Uint8Array, network: NetworkTag): Result<DeviceAnswer, DeviceAnswerError> {
  const decoded = decodeWith(deviceAnswerSchema, bytes, DEVICE_ANSWER_BYTES_MAX);
  if (!decoded.ok) return decoded;
  return decoded.value.network === network
    ? decoded
    : err({ type: "wrong-network", expected: network, found: decoded.value.network });
}

/** `AMIGOS:A…` */
export function deviceAnswerToText(bytes: Uint8Array): string {
  return bytesToShown(PREFIX, bytes);
}

export function isDeviceAnswerText(shown: string): boolean {
  return isShown(PREFIX, shown);
}

export function textToDeviceAnswer(shown: string, network: NetworkTag): Result<DeviceAnswer, DeviceAnswerError> {
  const bytes = readShown(shown, {
    prefix: PREFIX,
    sizeMax: DEVICE_ANSWER_BYTES_MAX,
    otherwise: "not-a-device-answer",
  });
  return bytes.ok ? decodeDeviceAnswer(bytes.value, network) : bytes;
}
