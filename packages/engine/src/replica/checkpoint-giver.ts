/**
 * Giving whoever asks what we have of the ledger (spec [PEER6], [PEER8], [PEER9]): the records above a height, or to a wallet that
 * has nothing the state, when there are many. What is sent for one request stays below what a slow reader may leave
 * waiting; the reader asks again from where it is.
 */
import type { Height } from "@amigos/core";
import { decodeCheckpointRecord } from "@amigos/reconcile";
import { CHECKPOINT_PART_BYTES, type PeerMessage } from "../peer/messages.ts";
import type { Clock } from "../ports/runtime.ts";
import type { NamedPast } from "./archive.ts";
import type { CheckpointPeer } from "./checkpoint-lane.ts";
import { encodeRecordWithPast, entriesOf } from "./past.ts";
import type { Replica } from "./replica.ts";
import { StateShelf, type ShelvedState } from "./state-shelf.ts";

export interface CheckpointGiverOptions {
  readonly host: Replica;
  readonly clock: Clock;
}

type CheckpointsRequest = Extract<PeerMessage, { type: "checkpoints-request" }>;
type StateRequest = Extract<PeerMessage, { type: "state-request" }>;

/** Sent for one request, and at least one record: a quarter of what a connection lets wait for a slow reader. */
const BYTES_PER_REQUEST_MAX: number = 2 * 1024 * 1024;
/** Questions for what was sent already, after a stall or a full disk. More, with nothing new sent between, is a loop. */
const REQUESTS_AGAIN_MAX = 8;
/** A past that a phone replays in well under a second is given whole: beyond either bound a wallet gets the state. */
const REPLAYED_BYTES_MAX: number = 256 * 1024;
const REPLAYED_CHECKPOINTS_MAX = 128;

/** Records of which is kept what they name of the past: the newest, which everybody asks for at the same time. */
const NAMED_MAX = 16;

/** What a peer was sent. */
interface Sent {
  /** The newest record or state. */
  height: number;
  /** The newest record of before its start, once it said that it started: it may ask for those, too, once. */
  past: number | undefined;
  /** How many parts of a state. */
  parts: number;
  /** How often it asked for what was sent already, since something new was. */
  again: number;
}

export class CheckpointGiver {
  readonly #host: Replica;
  readonly #shelf: StateShelf;
  readonly #named = new Map<Height, NamedPast>();
  readonly #sent = new WeakMap<CheckpointPeer, Sent>();

  constructor({ host, clock }: CheckpointGiverOptions) {
    this.#host = host;
    this.#shelf = new StateShelf(clock);
  }

  async onRequest(peer: CheckpointPeer, { since, start }: Omit<CheckpointsRequest, "type">): Promise<void> {
    const sent = this.#sentTo(peer);
    if (start !== undefined) sent.past ??= 0;
    const isPast = since < sent.height && start === undefined && sent.past !== undefined && since >= sent.past;
    if (since < sent.height && !isPast && ++sent.again > REQUESTS_AGAIN_MAX)
      return peer.refuse("asked-before", `${since}`);
    const state = since === 0 && start === 0 && (await this.#isLong()) ? await this.#newestState() : undefined;
    if (state !== undefined) {
      sent.parts = sendState(peer, state, 0);
      noteNew(sent, state.height);
    } else {
      const newest = await this.#sendRecords(peer, since, start ?? 0);
      if (isPast) sent.past = newest;
      noteNew(sent, newest);
    }
    peer.send({ type: "checkpoints-end" });
  }

  onStateRequest(peer: CheckpointPeer, { height, index }: Omit<StateRequest, "type">): void {
    const sent = this.#sentTo(peer);
    if (index < sent.parts && ++sent.again > REQUESTS_AGAIN_MAX) return peer.refuse("asked-before", `${height}`);
    const state = this.#shelf.at(height);
    if (state !== undefined) sent.parts = sendState(peer, state, index);
    peer.send({ type: "checkpoints-end" });
  }

  close(): void {
    this.#shelf.close();
  }

  #sentTo(peer: CheckpointPeer): Sent {
    const known = this.#sent.get(peer);
    if (known !== undefined) return known;
    const sent = { height: 0, past: undefined, parts: 0, again: 0 };
    this.#sent.set(peer, sent);
    return sent;
  }

  #newestState(): Promise<ShelvedState | undefined> {
    return this.#shelf.newest(this.#host.settled.height, () => this.#host.encodeStart());
  }

  /** Whether there is more to replay than a wallet that has just begun should wait for, or not everything to replay is here. */
  async #isLong(): Promise<boolean> {
    const { settled, archive } = this.#host;
    if (settled.height > REPLAYED_CHECKPOINTS_MAX) return true;
    let bytes = 0;
    for (let height = 1; height <= settled.height; height++) {
      const record = await archive.recordBytes(height as Height);
      bytes += record?.length ?? 0;
      if (record === undefined || bytes > REPLAYED_BYTES_MAX) return true;
    }
    return false;
  }

  /** Resolves with the height of the newest that was sent. */
  async #sendRecords(peer: CheckpointPeer, since: number, start: number): Promise<number> {
    const { settled, archive } = this.#host;
    let bytes = 0;
    for (let height = (since + 1) as Height; height <= settled.height; height++) {
      const record = await archive.recordBytes(height);
      bytes += record?.length ?? 0;
      if (record === undefined || (bytes > BYTES_PER_REQUEST_MAX && height > since + 1)) return height - 1;
      sendRecord(peer, height, start === 0 ? record : await this.#withPast(record, height, start as Height));
    }
    return Math.max(since, settled.height);
  }

  async #withPast(record: Uint8Array, height: Height, start: Height): Promise<Uint8Array> {
    const named = await this.#namedBy(record, height);
    return encodeRecordWithPast(record, {
      checkpoints: named.checkpoints.filter((one) => one.height < start).map(({ bytes }) => bytes),
      entries: named.entries.filter((one) => one.height <= start).map(({ bytes }) => bytes),
      settled: named.settled.filter((one) => one.height <= start).map(({ id }) => id),
    });
  }

  /** Looked up once for all who started, whenever they did. */
  async #namedBy(record: Uint8Array, height: Height): Promise<NamedPast> {
    const known = this.#named.get(height);
    if (known !== undefined) return known;
    const { archive, network } = this.#host;
    const decoded = decodeCheckpointRecord(record);
    const named = await archive.namedBy(decoded.ok ? entriesOf(decoded.value, network) : [], height);
    const oldest = this.#named.keys().next().value;
    if (this.#named.size >= NAMED_MAX && oldest !== undefined) this.#named.delete(oldest);
    this.#named.set(height, named);
    return named;
  }
}

function sendRecord(peer: CheckpointPeer, height: Height, record: Uint8Array): void {
  const count = Math.max(1, partsOf(record));
  for (let index = 0; index < count; index++)
    peer.send({ type: "checkpoint-part", height, index, count, part: partOf(record, index) });
}

function noteNew(sent: Sent, height: number): void {
  if (height <= sent.height) return;
  sent.height = height;
  sent.again = 0;
}

/** Returns before which part it stopped. */
function sendState(peer: CheckpointPeer, { height, bytes }: ShelvedState, from: number): number {
  const count = partsOf(bytes);
  const end = Math.min(count, from + BYTES_PER_REQUEST_MAX / CHECKPOINT_PART_BYTES);
  for (let index = from; index < end; index++)
    peer.send({ type: "state-part", height, index, count, part: partOf(bytes, index) });
  return end;
}

function partsOf(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / CHECKPOINT_PART_BYTES);
}

function partOf(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * CHECKPOINT_PART_BYTES, (index + 1) * CHECKPOINT_PART_BYTES);
}
