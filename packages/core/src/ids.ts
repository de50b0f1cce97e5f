/**
 * Identifiers. Each is the domain-separated SHA-256 of a body without its signature (spec [ID1]), held as 64 lower-case
 * hex digits: comparable, sortable as its bytes are, and usable as a map key on every runtime.
 */
import type { Brand } from "./brand.ts";
import { assert } from "./assert.ts";
import { bytesToHex } from "./bytes.ts";
import { INTEGER_MAX } from "./limits.ts";

/** Hash of a network's genesis body. */
export type NetworkId = Brand<string, "NetworkId">;
/** First 4 bytes of the network id, as 8 hex digits: tells a stray entry early; see spec [ENT2]. */
export type NetworkTag = Brand<string, "NetworkTag">;
/** Hash of an account's inception body. Survives every rotation of its keys. */
export type AccountId = Brand<string, "AccountId">;
/** Hash of the control entry body that granted the session. */
export type SessionId = Brand<string, "SessionId">;
/** Hash of an entry's body. One body under two signatures is one entry. */
export type EntryId = Brand<string, "EntryId">;
/** Hash of an entry's id and signature: what the next entry of its log names as `previous` (spec [LOG1]). */
export type Link = Brand<string, "Link">;
/** Hash of a checkpoint's body. */
export type CheckpointId = Brand<string, "CheckpointId">;
/** First 8 bytes of a checkpoint id, as 16 hex digits; see spec [ENT3]. */
export type CheckpointTag = Brand<string, "CheckpointTag">;
/** Hash of a receipt's body. */
export type ReceiptId = Brand<string, "ReceiptId">;
/** Hash of a device request's body. */
export type DeviceRequestId = Brand<string, "DeviceRequestId">;
/** Hash of a recovery request's body. */
export type RecoveryRequestId = Brand<string, "RecoveryRequestId">;
/** Hash of a request to practise a recovery. */
export type GuardianRequestId = Brand<string, "GuardianRequestId">;
/** What an imported service is known by: the hash of what runs. An account of this id takes its fees. */
export type ImportId = Brand<string, "ImportId">;
/** 16 bytes that a payee chose, as 32 hex digits: tells which request a payment answers; see spec [REQ1]. */
export type RequestId = Brand<string, "RequestId">;
/** A raw Ed25519 public key, as 64 hex digits. */
export type PublicKey = Brand<string, "PublicKey">;
/** Hash of a public key that is not revealed yet (pre-rotation). */
export type KeyDigest = Brand<string, "KeyDigest">;

/** How often an account has pulled its kill switch. A session lives in the generation that it was granted in. */
export type Generation = Brand<number, "Generation">;
/** Position in a log: 0, 1, 2 … with no gap. */
export type Sequence = Brand<number, "Sequence">;
/** Number of a checkpoint: genesis is 0. */
export type Height = Brand<number, "Height">;
/** Milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
export type TimeMs = Brand<number, "TimeMs">;

export type Id =
  | NetworkId
  | AccountId
  | SessionId
  | EntryId
  | Link
  | CheckpointId
  | ReceiptId
  | DeviceRequestId
  | RecoveryRequestId
  | GuardianRequestId
  | ImportId
  | PublicKey
  | KeyDigest;

const HEX_32 = /^[0-9a-f]{64}$/;

/** 32 bytes to the branded hex of the wanted kind. */
export function idFromBytes<Kind extends Id>(bytes: Uint8Array): Kind {
  assert(bytes.length === 32, "an id is 32 bytes");
  return bytesToHex(bytes) as Kind;
}

/** Whether a string has the form of an id. Says nothing about what it identifies. */
export function isIdText(text: string): boolean {
  return HEX_32.test(text);
}

export function networkTag(network: NetworkId): NetworkTag {
  return network.slice(0, 8) as NetworkTag;
}

export function checkpointTag(checkpoint: CheckpointId): CheckpointTag {
  return checkpoint.slice(0, 16) as CheckpointTag;
}

export function sequence(value: number): Sequence {
  return checkedInteger(value) as Sequence;
}

export function generation(value: number): Generation {
  return checkedInteger(value) as Generation;
}

export function height(value: number): Height {
  return checkedInteger(value) as Height;
}

export function timeMs(value: number): TimeMs {
  return checkedInteger(value) as TimeMs;
}

function checkedInteger(value: number): number {
  assert(
    Number.isInteger(value) && value >= 0 && value <= INTEGER_MAX,
    "a sequence, height, generation or time is a whole number",
  );
  return value;
}
