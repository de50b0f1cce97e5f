/**
 * The lane of checkpoints (spec [PEER6], [PEER8]): asking whoever is ahead for what we lack, which is records, and for a wallet
 * that has nothing yet perhaps a state. One peer is asked at a time, so half a record is held once, not once for each peer;
 * who stalls, or sends what does not follow, makes room for the next.
 */
import { err, type Height, type Result } from "@amigos/core";
import type { PeerMessage } from "../peer/messages.ts";
import type { Clock } from "../ports/runtime.ts";
import { decodeRecordWithPast } from "./past.ts";
import type { Replica, ReplicaEvent } from "./replica.ts";
import type { CheckpointRefusal } from "./settling.ts";
import type { StartError } from "./start.ts";

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
  /** So many bytes of what we asked for came. */
  readonly onReceived: (bytes: number) => void;
  /** Some peer is behind or ahead of us no more. */
  readonly onLevel: () => void;
}

type Part = Extract<PeerMessage, { type: "checkpoint-part" | "state-part" }>;

/** One part in this time is slower than any network that people would pay over. */
const STALL_MS = 30_000;

interface PeerState {
  /** The newest checkpoint that it says it has. */
  height: number;
  /** Whether a request is on its way and not answered to its end. */
  isAsked: boolean;
  /** It sent a record that does not follow from what we have: nothing more is asked of it on this connection. */
  isAstray: boolean;
  /** It gave nothing of what was before our start. */
  hasNoHistory: boolean;
}

interface Fetch {
  readonly peer: CheckpointPeer;
  readonly since: Height;
  /** Whether it is for what was before our start. */
  readonly isHistory: boolean;
  /** As the request said it. */
  readonly start: Height | undefined;
  partial: Incomplete | undefined;
  /** Parts of a state since it was last asked for more. */
  stateParts: number;
  /** Whether it gave what we could not use any more, which is not its fault. */
  isExcused: boolean;
  cancelStall: () => void;
}

interface Incomplete extends Pick<Part, "type" | "height" | "count"> {
  readonly parts: Uint8Array[];
}

export class CheckpointLane {
  readonly #options: CheckpointLaneOptions;
  readonly #peers = new Map<CheckpointPeer, PeerState>();
  #fetch: Fetch | undefined;

  constructor(options: CheckpointLaneOptions) {
    this.#options = options;
  }

  add(peer: CheckpointPeer): void {
    this.#peers.set(peer, { height: 0, isAsked: false, isAstray: false, hasNoHistory: false });
    peer.send({ type: "checkpoint-announcement", height: this.#options.host.settled.height });
  }

  remove(peer: CheckpointPeer): void {
    this.#peers.delete(peer);
    if (this.#fetch?.peer === peer) this.#giveUp();
  }

  /** Whether a peer said that it has checkpoints that we lack, and may give them. */
  isAhead(peer: CheckpointPeer): boolean {
    const state = this.#peers.get(peer);
    return state !== undefined && !state.isAstray && state.height > this.#options.host.settled.height;
  }

  /** The newest checkpoint that any peer says it has, as far as it was not found to have none. */
  get newestAnnounced(): number {
    return Math.max(0, ...[...this.#peers.values()].filter((state) => !state.isAstray).map(({ height }) => height));
  }

  /** Tells everybody that there is a new checkpoint. */
  announce(height: Height): void {
    for (const peer of this.#peers.keys()) peer.send({ type: "checkpoint-announcement", height });
  }

  /** The newest checkpoint that a peer says it has. */
  heightOf(peer: CheckpointPeer): number {
    return this.#peers.get(peer)?.height ?? 0;
  }

  onAnnouncement(peer: CheckpointPeer, height: Height): void {
    const state = this.#peers.get(peer);
    if (state === undefined) return;
    if (height > state.height) state.height = height;
    this.#ask();
  }

  /** @throws {StoreError} when it cannot be kept: it is asked for again when there is news */
  async onPart(peer: CheckpointPeer, message: Part): Promise<void> {
    const fetch = this.#fetch;
    if (fetch?.peer !== peer) {
      // The rest of an answer that was given up is on its way still.
      if (this.#peers.get(peer)?.isAsked !== true) peer.refuse(`${message.type}-out-of-order`, `${message.height}`);
      return;
    }
    const isUnwanted = message.type === "state-part" && fetch.start !== 0;
    this.#options.onReceived(message.part.length);
    const whole = isUnwanted ? "out-of-order" : collect(fetch, message);
    if (whole === "out-of-order") {
      peer.refuse(`${message.type}-out-of-order`, `${message.height}`);
      this.#giveUp();
    } else if (whole === undefined) this.#watch(fetch);
    else await this.#apply(fetch, message, whole);
  }

  onEnd(peer: CheckpointPeer): void {
    const state = this.#peers.get(peer);
    if (state === undefined) return;
    state.isAsked = false;
    const fetch = this.#fetch;
    if (fetch?.peer === peer) {
      if (fetch.partial?.type === "state-part" && fetch.stateParts > 0) return this.#askForMore(fetch, fetch.partial);
      const { host } = this.#options;
      const height = fetch.isHistory ? host.loadedHistory : host.settled.height;
      fetch.cancelStall();
      this.#fetch = undefined;
      // It said that it has more than it gives: not asked again until it says so anew.
      if (height === fetch.since && !fetch.isExcused) passOver(state, fetch);
    }
    this.#ask();
    this.#options.onLevel();
  }

  /** Asks everybody again for what was before our start. */
  loadHistory(): void {
    for (const state of this.#peers.values()) state.hasNoHistory = false;
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
    const { start, settled } = this.#options.host;
    const best = this.#best((state) => state.height > settled.height);
    if (best === undefined) return this.#askForHistory();
    return this.#request(best, { since: settled.height, start, isHistory: false });
  }

  /** What is new comes first. */
  #askForHistory(): void {
    const { host } = this.#options;
    const since = host.loadedHistory;
    if (since === undefined) return;
    const best = this.#best((state) => !state.hasNoHistory);
    if (best !== undefined) return this.#request(best, { since, start: undefined, isHistory: true });
    if (![...this.#peers.values()].some((state) => state.isAsked)) host.endHistoryWait();
  }

  #best(isOf: (state: PeerState) => boolean): readonly [CheckpointPeer, PeerState] | undefined {
    return [...this.#peers]
      .filter(([, state]) => isOf(state) && !state.isAsked && !state.isAstray)
      .toSorted(([a, aState], [b, bState]) => Number(b.isHub) - Number(a.isHub) || bState.height - aState.height)[0];
  }

  #request(
    [peer, state]: readonly [CheckpointPeer, PeerState],
    asked: Pick<Fetch, "since" | "start" | "isHistory">,
  ): void {
    const { since, start } = asked;
    state.isAsked = true;
    this.#fetch = {
      peer,
      ...asked,
      partial: undefined,
      stateParts: 0,
      isExcused: false,
      cancelStall: () => undefined,
    };
    this.#watch(this.#fetch);
    peer.send({ type: "checkpoints-request", since, ...(start === undefined ? {} : { start }) });
  }

  #askForMore(fetch: Fetch, { height, parts }: Incomplete): void {
    const state = this.#peers.get(fetch.peer);
    if (state !== undefined) state.isAsked = true;
    fetch.stateParts = 0;
    this.#watch(fetch);
    fetch.peer.send({ type: "state-request", height, index: parts.length });
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
    if (state !== undefined) passOver(state, fetch);
    this.#ask();
    this.#options.onLevel();
  }

  async #apply(fetch: Fetch, { type, height }: Part, bytes: Uint8Array): Promise<void> {
    fetch.cancelStall();
    try {
      const applied = type === "state-part" ? await this.#start(fetch, bytes) : await this.#follow(fetch, bytes);
      if (!applied.ok) {
        const state = this.#peers.get(fetch.peer);
        if (state !== undefined) state.isAstray = true;
        // Anybody can send what the authority did not sign.
        if (applied.error.type !== "record-not-authentic")
          this.#options.onEvent({ type: "ledger-mismatch", height, error: applied.error });
        fetch.peer.refuse(applied.error.type, `${height}`);
        if (this.#fetch === fetch) this.#giveUp();
      } else if (this.#fetch === fetch) this.#watch(fetch);
    } catch (error) {
      if (this.#fetch === fetch) this.#giveUp();
      throw error;
    }
  }

  async #start(fetch: Fetch, bytes: Uint8Array): Promise<Result<unknown, StartError>> {
    const started = await this.#options.host.startFrom(bytes);
    if (started.ok && started.value === "not-fresh") fetch.isExcused = true;
    return started;
  }

  async #follow({ start, isHistory }: Fetch, bytes: Uint8Array): Promise<Result<unknown, CheckpointRefusal>> {
    const { host } = this.#options;
    if (isHistory) return host.applyHistory(bytes);
    if (start === undefined || start === 0) return host.applyCheckpoint(bytes);
    const decoded = decodeRecordWithPast(bytes);
    return decoded.ok
      ? host.applyCheckpoint(decoded.value.record, decoded.value)
      : err({ type: "record-not-authentic", error: decoded.error });
  }
}

/** Not asked again for the same: until it announces more, or what was before our start is wanted anew. */
function passOver(state: PeerState, { isHistory }: Fetch): void {
  if (isHistory) state.hasNoHistory = true;
  else state.height = 0;
}

/** The record or state, when this part completes it. */
function collect(fetch: Fetch, { type, height, index, count, part }: Part): Uint8Array | "out-of-order" | undefined {
  fetch.partial ??= { type, height, count, parts: [] };
  const { partial } = fetch;
  const isSame = partial.type === type && partial.height === height && partial.count === count;
  if (!isSame || partial.parts.length !== index || index >= count) return "out-of-order";
  partial.parts.push(part);
  if (type === "state-part") fetch.stateParts++;
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
