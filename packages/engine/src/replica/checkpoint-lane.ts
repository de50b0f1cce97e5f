/**
 * The lane of checkpoint records (spec [PEER6]): asking whoever is ahead for what we lack, and giving whoever asks what we
 * have. One peer is asked at a time, so half a record is held once, not once for each peer; who stalls, or sends what
 * does not follow, makes room for the next. What is sent for one request stays below what a slow reader may leave
 * waiting; the reader asks again from where it is.
 */
import type { Height } from "@amigos/core";
import { CHECKPOINT_PART_BYTES, type PeerMessage } from "../peer/messages.ts";
import type { Clock } from "../ports/runtime.ts";
import type { Replica, ReplicaEvent } from "./replica.ts";

/** A peer as this lane sees it. */
export interface CheckpointPeer {
  readonly isHub: boolean;
  readonly send: (message: PeerMessage) => void;
  /** Says that something was not taken, and counts it. */
  readonly refuse: (code: string, detail: string) => void;
}

export interface CheckpointLaneOptions {
  readonly host: Replica;
  readonly clock: Clock;
  readonly onEvent: (event: ReplicaEvent) => void;
}

type CheckpointPart = Extract<PeerMessage, { type: "checkpoint-part" }>;

/** Sent for one request, and at least one record: a quarter of what a connection lets wait for a slow reader. */
const BYTES_PER_REQUEST_MAX: number = 2 * 1024 * 1024;
/** The same question again, after a stall or a full disk. More often is a loop. */
const SAME_REQUEST_MAX = 8;
/** One part in this time is slower than any network that people would pay over. */
const STALL_MS = 30_000;

interface PeerState {
  /** The newest checkpoint that it says it has. */
  height: number;
  /** Whether a request is on its way and not answered to its end. */
  isAsked: boolean;
  /** It sent a record that does not follow from what we have: nothing more is asked of it on this connection. */
  isAstray: boolean;
  /** What it asked last. */
  since: number;
  repeats: number;
}

interface Fetch {
  readonly peer: CheckpointPeer;
  readonly since: Height;
  partial: { readonly height: Height; readonly count: number; readonly parts: Uint8Array[] } | undefined;
  cancelStall: () => void;
}

export class CheckpointLane {
  readonly #options: CheckpointLaneOptions;
  readonly #peers = new Map<CheckpointPeer, PeerState>();
  #fetch: Fetch | undefined;

  constructor(options: CheckpointLaneOptions) {
    this.#options = options;
  }

  add(peer: CheckpointPeer): void {
    this.#peers.set(peer, { height: 0, isAsked: false, isAstray: false, since: -1, repeats: 0 });
    peer.send({ type: "checkpoint-announcement", height: this.#options.host.settled.height });
  }

  remove(peer: CheckpointPeer): void {
    this.#peers.delete(peer);
    if (this.#fetch?.peer === peer) this.#giveUp();
  }

  /** Tells everybody that there is a new checkpoint. */
  announce(height: Height): void {
    for (const peer of this.#peers.keys()) peer.send({ type: "checkpoint-announcement", height });
  }

  onAnnouncement(peer: CheckpointPeer, height: Height): void {
    const state = this.#peers.get(peer);
    if (state === undefined) return;
    if (height > state.height) state.height = height;
    this.#ask();
  }

  async onRequest(peer: CheckpointPeer, since: Height): Promise<void> {
    const state = this.#peers.get(peer);
    if (state === undefined) return;
    state.repeats = since > state.since ? 0 : state.repeats + 1;
    state.since = since;
    if (state.repeats > SAME_REQUEST_MAX) return peer.refuse("asked-before", `${since}`);
    const { host } = this.#options;
    let bytes = 0;
    for (let height = since + 1; height <= host.settled.height; height++) {
      const record = await host.archive.recordBytes(height as Height);
      bytes += record?.length ?? 0;
      if (record === undefined || (bytes > BYTES_PER_REQUEST_MAX && height > since + 1)) break;
      sendRecord(peer, height as Height, record);
    }
    peer.send({ type: "checkpoints-end" });
  }

  /** @throws {StoreError} when the record cannot be kept: it is asked for again when there is news */
  async onPart(peer: CheckpointPeer, message: CheckpointPart): Promise<void> {
    const fetch = this.#fetch;
    if (fetch?.peer !== peer) {
      // The rest of an answer that was given up is on its way still.
      if (this.#peers.get(peer)?.isAsked !== true) peer.refuse("checkpoint-part-out-of-order", `${message.height}`);
      return;
    }
    const record = collect(fetch, message);
    if (record === "out-of-order") {
      peer.refuse("checkpoint-part-out-of-order", `${message.height}`);
      this.#giveUp();
    } else if (record === undefined) this.#watch(fetch);
    else await this.#apply(fetch, message.height, record);
  }

  onEnd(peer: CheckpointPeer): void {
    const state = this.#peers.get(peer);
    if (state === undefined) return;
    state.isAsked = false;
    if (this.#fetch?.peer === peer) {
      const isFruitless = this.#options.host.settled.height === this.#fetch.since;
      this.#fetch.cancelStall();
      this.#fetch = undefined;
      // It said that it has more than it gives: not asked again until it says so anew.
      if (isFruitless) state.height = 0;
    }
    this.#ask();
  }

  close(): void {
    this.#fetch?.cancelStall();
    this.#fetch = undefined;
    this.#peers.clear();
  }

  /** Asks the best of those that are ahead: a hub before a wallet, then whoever is furthest. */
  #ask(): void {
    if (this.#fetch !== undefined) return;
    const { height: since } = this.#options.host.settled;
    const ahead = [...this.#peers].filter(([, state]) => state.height > since && !state.isAsked && !state.isAstray);
    const [best] = ahead.toSorted(
      ([a, aState], [b, bState]) => Number(b.isHub) - Number(a.isHub) || bState.height - aState.height,
    );
    if (best === undefined) return;
    const [peer, state] = best;
    state.isAsked = true;
    this.#fetch = { peer, since, partial: undefined, cancelStall: () => undefined };
    this.#watch(this.#fetch);
    peer.send({ type: "checkpoints-request", since });
  }

  #watch(fetch: Fetch): void {
    fetch.cancelStall();
    fetch.cancelStall = this.#options.clock.after(STALL_MS, () => {
      if (this.#fetch !== fetch) return;
      fetch.peer.refuse("checkpoint-stalled", `${fetch.since}`);
      this.#giveUp();
    });
  }

  /** Not asked again until it says that it has more, and not before it has answered. */
  #giveUp(): void {
    const fetch = this.#fetch;
    if (fetch === undefined) return;
    fetch.cancelStall();
    this.#fetch = undefined;
    const state = this.#peers.get(fetch.peer);
    if (state !== undefined) state.height = 0;
    this.#ask();
  }

  async #apply(fetch: Fetch, height: Height, record: Uint8Array): Promise<void> {
    fetch.cancelStall();
    try {
      const applied = await this.#options.host.applyCheckpoint(record);
      if (!applied.ok) {
        const state = this.#peers.get(fetch.peer);
        if (state !== undefined) state.isAstray = true;
        this.#options.onEvent({ type: "ledger-mismatch", height, error: applied.error });
        fetch.peer.refuse(applied.error.type, `${height}`);
        if (this.#fetch === fetch) this.#giveUp();
      } else if (this.#fetch === fetch) this.#watch(fetch);
    } catch (error) {
      if (this.#fetch === fetch) this.#giveUp();
      throw error;
    }
  }
}

function sendRecord(peer: CheckpointPeer, height: Height, record: Uint8Array): void {
  const count = Math.max(1, Math.ceil(record.length / CHECKPOINT_PART_BYTES));
  for (let index = 0; index < count; index++) {
    const part = record.subarray(index * CHECKPOINT_PART_BYTES, (index + 1) * CHECKPOINT_PART_BYTES);
    peer.send({ type: "checkpoint-part", height, index, count, part });
  }
}

/** The record, when this part completes it. */
function collect(
  fetch: Fetch,
  { height, index, count, part }: CheckpointPart,
): Uint8Array | "out-of-order" | undefined {
  if (index === 0) fetch.partial = { height, count, parts: [] };
  const { partial } = fetch;
  const isNext = partial?.height === height && partial.count === count && partial.parts.length === index;
  if (partial === undefined || !isNext || index >= count) return "out-of-order";
  partial.parts.push(part);
  if (index < count - 1) return undefined;
  fetch.partial = undefined;
  return joinParts(partial.parts);
}

function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
