/**
 * Automerge's sync messages, version 1, as bytes (spec [GRD2]): which heads a peer has, what it needs, what it has, and
 * single changes. Read here and within bounds, because the library trusts the numbers in a Bloom filter: a filter of no
 * bits or of four billion probes stops its WebAssembly instance, and with it the wallet.
 *
 * Version 1 is what a peer sends who was not told that we could read whole documents. So the flags that say it are cut
 * off what we send, and ignored in what we receive.
 */
import { bytesToHex, concatBytes, err, hexToBytes, ok, type Result } from "@amigos/core";
import { ByteReader, unsignedLeb, Unreadable } from "./byte-reader.ts";
import { HASH_BYTES } from "./canonical-change.ts";
import { CHANGES_PER_MESSAGE_MAX, FRAME_BYTES_MAX, HASHES_PER_LIST_MAX } from "./limits.ts";

export interface SyncMessage {
  /** Everything before the changes. */
  readonly header: Uint8Array;
  /** As lower-case hex, as are the needs: the heads that the sender has, and changes that it asks for. */
  readonly heads: readonly string[];
  readonly needs: readonly string[];
  /** Whether it says that the peer holds nothing, and so forgets what it was sent. */
  readonly isReset: boolean;
  /** The chunks, as views into the message. */
  readonly changes: readonly Uint8Array[];
}

export type SyncMessageError =
  | { readonly type: "sync-message-malformed"; readonly reason: string }
  | { readonly type: "too-many-changes"; readonly found: number };

const TYPE_V1 = 0x42;
const FLAGS_BYTES_MAX = 16;
/** What the library writes: ten bits an entry and seven probes, a hundredth of false positives. */
const BLOOM_BITS_PER_ENTRY = 10;
const BLOOM_PROBES = 7;
const NO_CHANGES: Uint8Array = Uint8Array.of(0);

/**
 * "I hold nothing": no heads, no needs, nothing had, no changes. The library takes it as a replica that lost its data,
 * forgets what it has sent to it and says what it has. That is how a document is resynchronised after a refusal.
 */
export const RESET: Uint8Array = Uint8Array.of(TYPE_V1, 0, 0, 0, 0);

export function readSyncMessage(bytes: Uint8Array): Result<SyncMessage, SyncMessageError> {
  try {
    const reader = new ByteReader(bytes);
    reader.expect(TYPE_V1);
    const heads = takeHashes(reader);
    const needs = takeHashes(reader);
    if (reader.unsigned(1) === 1) {
      takeHashes(reader);
      checkBloomFilter(reader.take(reader.unsigned(FRAME_BYTES_MAX)));
    }
    const header = bytes.subarray(0, reader.offset);
    const count = reader.unsigned(FRAME_BYTES_MAX);
    if (count > CHANGES_PER_MESSAGE_MAX) return err({ type: "too-many-changes", found: count });
    const changes: Uint8Array[] = [];
    for (let index = 0; index < count; index++) changes.push(reader.take(reader.unsigned(FRAME_BYTES_MAX)));
    if (reader.left > 0) reader.take(reader.unsigned(FLAGS_BYTES_MAX));
    if (reader.left > 0) throw new Unreadable("goes on after its end");
    return ok({ header, heads, needs, isReset: heads.length === 0, changes });
  } catch (error) {
    if (error instanceof Unreadable) return err({ type: "sync-message-malformed", reason: error.message });
    throw error;
  }
}

/** What is left of a peer's message once its changes went their own way. */
export function withoutChanges(message: SyncMessage): Uint8Array {
  return concatBytes(message.header, NO_CHANGES);
}

/** One of our own messages, without the flags that would make a peer send whole documents. */
export function withoutFlags(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  reader.expect(TYPE_V1);
  takeHashes(reader);
  takeHashes(reader);
  for (let have = reader.unsigned(1); have > 0; have--) {
    takeHashes(reader);
    reader.take(reader.unsigned(FRAME_BYTES_MAX));
  }
  for (let count = reader.unsigned(FRAME_BYTES_MAX); count > 0; count--) reader.take(reader.unsigned(FRAME_BYTES_MAX));
  return bytes.subarray(0, reader.offset);
}

/** A reset that carries changes: "forget what you sent me, and look at these". Says a fork to a peer (spec [GRD9]). */
export function resetWithChanges(changes: readonly Uint8Array[]): Uint8Array {
  return withChanges(RESET.subarray(0, RESET.length - 1), changes);
}

/** "This is what I have, and I need these", as lower-case hex. Nothing is summed up, so the peer sends these alone. */
export function headsAndNeeds(heads: readonly string[], needs: readonly string[]): Uint8Array {
  return concatBytes(Uint8Array.of(TYPE_V1), encodeHashes(heads), encodeHashes(needs), Uint8Array.of(0), NO_CHANGES);
}

/** A message of this header, and of these changes. */
export function withChanges(header: Uint8Array, changes: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    header,
    Uint8Array.from(unsignedLeb(changes.length)),
    ...changes.flatMap((change) => [Uint8Array.from(unsignedLeb(change.length)), change]),
  );
}

function encodeHashes(hashes: readonly string[]): Uint8Array {
  return concatBytes(Uint8Array.from(unsignedLeb(hashes.length)), ...hashes.map(hexToBytes));
}

function takeHashes(reader: ByteReader): readonly string[] {
  const hashes: string[] = [];
  for (let count = reader.unsigned(HASHES_PER_LIST_MAX); count > 0; count--)
    hashes.push(bytesToHex(reader.take(HASH_BYTES)));
  return hashes;
}

function checkBloomFilter(bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const reader = new ByteReader(bytes);
  const entries = reader.unsigned(HASHES_PER_LIST_MAX);
  reader.expect(BLOOM_BITS_PER_ENTRY);
  reader.expect(BLOOM_PROBES);
  if (entries === 0 || reader.left !== Math.ceil((entries * BLOOM_BITS_PER_ENTRY) / 8))
    throw new Unreadable("a filter of another size than it says");
}
