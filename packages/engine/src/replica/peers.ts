/**
 * The devices in touch right now, and the lanes to them (spec [PEER3]–[PEER5]). Every connection is authenticated first;
 * then entries are pushed to whom they concern as soon as they are durable here, checkpoints are fetched from whoever is
 * ahead, and the document layer makes up for whatever was missed.
 */
import {
  limits,
  type AccountRecord,
  type Height,
  type Link as EntryLink,
  type Network,
  type PublicKey,
  type Result,
  type SessionId,
  type Signer,
  type AccountId,
  type VerifiedEntry,
} from "@amigos/core";
import { shakeHands, type Channel, type HandshakeError } from "../peer/handshake.ts";
import { CHECKPOINT_PART_BYTES, decodePeerMessage, encodePeerMessage, type PeerMessage } from "../peer/messages.ts";
import type { Connection } from "../ports/link.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import { StoreError } from "../ports/store.ts";
import type { Party } from "./access.ts";
import type { NewRecords, RecordError } from "./directory.ts";
import type { Replica, ReplicaEvent } from "./replica.ts";

export interface PeerSummary {
  /** Unique among connections: the proven key and a number. */
  readonly id: string;
  readonly key: PublicKey;
  readonly party: Party;
  readonly link: string;
}

export interface PeersOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly host: Replica;
  readonly ownRecord: () => AccountRecord | undefined;
  /** Verifies and keeps what vouches for a peer. */
  readonly learn: (record: AccountRecord) => Promise<Result<NewRecords, RecordError>>;
  /** Joins a peer to the document layer. */
  readonly attachDocuments: (
    peer: string,
    send: (message: Uint8Array) => void,
  ) => { readonly receive: (message: Uint8Array) => void; readonly disconnect: () => void };
  readonly onEvent: (event: ReplicaEvent) => void;
}

/** Peers at once. A phone has a handful, a hub many; each costs memory. */
const PEERS_MAX = 4096;
/** Messages of one peer that wait for the disk. Beyond it the peer is faster than we are, and starts anew later. */
const BACKLOG_MAX = 1024;
/** What one connection may send in vain. Honest peers of another version or a damaged store stay far below. */
const REFUSALS_MAX = 1024;
/** Records sent for one request; the peer asks again from where it is. */
const RECORDS_PER_REQUEST = 64;
const FLUSH_MS_MAX = 10_000;

interface Peer extends PeerSummary {
  readonly channel: Channel;
  readonly documents: ReturnType<PeersOptions["attachDocuments"]>;
  /** Undecided entries that this peer has from us, or we from it. */
  readonly known: Set<EntryLink>;
  work: Promise<void>;
  backlog: number;
  refusals: number;
  /** The newest checkpoint that the peer says it has. */
  height: number;
  /** Whether a request for checkpoints is on its way. */
  isFetching: boolean;
  parts: { readonly height: Height; readonly parts: Uint8Array[] } | undefined;
  readonly flushes: Map<number, (height: Height) => void>;
}

export class Peers {
  readonly #options: PeersOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #waitingForHeight = new Set<{ readonly height: Height; readonly resolve: () => void }>();
  #counter = 0;
  #isClosed = false;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  summaries(): readonly PeerSummary[] {
    return [...this.#peers.values()].map(({ id, key, party, link }) => ({ id, key, party, link }));
  }

  party(peer: string): Party | undefined {
    return this.#peers.get(peer)?.party;
  }

  /** Authenticates a fresh connection and, when that succeeds, starts its lanes. */
  async accept(connection: Connection, link: string): Promise<void> {
    if (this.#isClosed || this.#peers.size >= PEERS_MAX) return connection.close("too-slow");
    const { network, signer, clock, random } = this.#options;
    const account = this.#options.ownRecord();
    const identity = account === undefined ? { signer } : { signer, account };
    const shaken = await shakeHands({ connection, network: network.id, identity, clock, random });
    if (!shaken.ok) return this.#refusedHandshake(connection.description, shaken.error);
    const channel = shaken.value;
    const party = await this.#identify(channel);
    if (party === undefined || this.#isClosed) {
      channel.start({ onMessage: () => undefined, onClose: () => undefined });
      this.#options.onEvent({
        type: "refused",
        peer: connection.description,
        code: "peer-unknown",
        detail: "its key belongs to no session",
      });
      return channel.close("protocol-error");
    }
    return this.#admit(channel, party, link);
  }

  #refusedHandshake(peer: string, error: HandshakeError): void {
    if (error.type === "connection-closed") return;
    this.#options.onEvent({ type: "refused", peer, code: error.type, detail: JSON.stringify(error) });
  }

  /** The hub is whoever holds the authority's key; a wallet is a session that its account granted. */
  async #identify({ peer }: Channel): Promise<Party | undefined> {
    if (peer.key === this.#options.network.genesis.authority) return { role: "hub" };
    if (peer.account === undefined) return undefined;
    const learned = await this.#options.learn(peer.account);
    if (!learned.ok) return undefined;
    const account = this.#accountOfKey(peer.account, peer.key);
    return account === undefined ? undefined : { role: "wallet", account };
  }

  #accountOfKey(record: AccountRecord, key: PublicKey): AccountId | undefined {
    const { directory } = this.#options.host;
    const account = directory.accountOfRecord(record);
    const isGranted =
      account !== undefined && directory.control(account).some(({ entry }) => entry.operation.sessionKey === key);
    return isGranted ? account : undefined;
  }

  #admit(channel: Channel, party: Party, link: string): void {
    const { key } = channel.peer;
    const id = `${key}:${++this.#counter}`;
    const send = (message: PeerMessage): void => channel.send(encodePeerMessage(message));
    const peer: Peer = {
      id,
      key,
      party,
      link,
      channel,
      documents: { receive: () => undefined, disconnect: () => undefined },
      known: new Set(),
      work: Promise.resolve(),
      backlog: 0,
      refusals: 0,
      height: 0,
      isFetching: false,
      parts: undefined,
      flushes: new Map(),
    };
    this.#peers.set(id, peer);
    const documents = this.#options.attachDocuments(id, (message) => send({ type: "document", message }));
    Object.assign(peer, { documents });
    channel.start({ onMessage: (message) => this.#onMessage(peer, message), onClose: () => this.#remove(peer) });
    send({ type: "checkpoint-announcement", height: this.#options.host.settled.height });
    this.#pushTo(peer, this.#options.host.undecided.sessions());
    this.#options.onEvent({ type: "changed" });
  }

  #remove(peer: Peer): void {
    if (!this.#peers.delete(peer.id)) return;
    peer.documents.disconnect();
    this.#options.onEvent({ type: "changed" });
  }

  // — sending —————————————————————————————————————————————————————————————

  /** Passes fresh entries, and what is undecided before them, on to every peer that they concern and that does not have them. */
  push(fresh: readonly VerifiedEntry[], from: string | undefined): void {
    const source = from === undefined ? undefined : this.#peers.get(from);
    for (const entry of fresh) source?.known.add(entry.link);
    const sessions = [...new Set(fresh.map(({ entry }) => entry.session))];
    for (const peer of this.#peers.values()) this.#pushTo(peer, sessions);
  }

  #pushTo(peer: Peer, sessions: readonly SessionId[]): void {
    const { host } = this.#options;
    for (const session of sessions) {
      if (!host.access.mayHaveLog(peer.party, session)) continue;
      const entries = host.undecided.ofSession(session).filter((entry) => !peer.known.has(entry.link));
      if (entries.length === 0) continue;
      for (const entry of entries) peer.known.add(entry.link);
      peer.channel.send(encodePeerMessage({ type: "bundle", bundle: host.bundle(entries) }));
    }
  }

  /** Tells every peer that there is a new checkpoint. */
  announce(height: Height): void {
    for (const peer of this.#peers.values())
      peer.channel.send(encodePeerMessage({ type: "checkpoint-announcement", height }));
    for (const waiter of this.#waitingForHeight) {
      if (waiter.height > height) continue;
      this.#waitingForHeight.delete(waiter);
      waiter.resolve();
    }
  }

  /** A decided entry is no longer pushed to anyone, so nobody needs to be remembered to have it. */
  forget(link: EntryLink): void {
    for (const peer of this.#peers.values()) peer.known.delete(link);
  }

  /** Resolves when a hub in reach has taken in all that we sent and we have its checkpoints; false when none is. */
  async sync(): Promise<boolean> {
    const hub = [...this.#peers.values()].find((peer) => peer.party.role === "hub");
    if (hub === undefined) return false;
    const height = await this.#flush(hub);
    if (height === undefined) return false;
    return this.#reached(height);
  }

  #flush(peer: Peer): Promise<Height | undefined> {
    const nonce = ++this.#counter;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(FLUSH_MS_MAX, () => {
        peer.flushes.delete(nonce);
        resolve(undefined);
      });
      peer.flushes.set(nonce, (height) => {
        cancel();
        resolve(height);
      });
      peer.channel.send(encodePeerMessage({ type: "flush-request", nonce }));
    });
  }

  #reached(height: Height): Promise<boolean> {
    if (this.#options.host.settled.height >= height) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter = { height, resolve: () => done(true) };
      const cancel = this.#options.clock.after(FLUSH_MS_MAX, () => done(false));
      const done = (isReached: boolean): void => {
        cancel();
        this.#waitingForHeight.delete(waiter);
        resolve(isReached);
      };
      this.#waitingForHeight.add(waiter);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const peer of this.#peers.values()) peer.channel.close("closed-here");
  }

  // — receiving ———————————————————————————————————————————————————————————

  /** One message of a peer after the other: a later one may rest on an earlier one. */
  #onMessage(peer: Peer, bytes: Uint8Array): void {
    if (peer.backlog >= BACKLOG_MAX) return peer.channel.close("too-slow");
    peer.backlog++;
    const work = peer.work.then(async () => {
      try {
        await this.#handle(peer, bytes);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // The peer learns that this was not taken in, and sends it again when it connects again.
        this.#options.onEvent({ type: "store-failed", error });
        this.#refuse(peer, "not-stored", error.type);
      } finally {
        peer.backlog--;
      }
    });
    peer.work = work;
    return this.#options.host.inBackground(work);
  }

  async #handle(peer: Peer, bytes: Uint8Array): Promise<void> {
    const decoded = decodePeerMessage(bytes);
    if (!decoded.ok) return this.#refuse(peer, decoded.error.type, "not a message of this protocol");
    const message = decoded.value;
    switch (message.type) {
      case "bundle":
        return this.#onBundle(peer, message.bundle);
      case "document":
        return peer.documents.receive(message.message);
      case "checkpoint-announcement":
        return this.#onAnnouncement(peer, message.height);
      case "checkpoints-request":
        return this.#sendRecords(peer, message.since);
      case "checkpoint-part":
        return this.#onPart(peer, message);
      case "checkpoints-end":
        peer.isFetching = false;
        return this.#fetch(peer);
      case "flush-request":
        return peer.channel.send(
          encodePeerMessage({ type: "flush-reply", nonce: message.nonce, height: this.#options.host.settled.height }),
        );
      case "flush-reply": {
        const resolve = peer.flushes.get(message.nonce);
        peer.flushes.delete(message.nonce);
        return resolve?.(message.height);
      }
      case "refusal":
        return this.#options.onEvent({
          type: "refused",
          peer: peer.id,
          code: `there: ${message.code}`,
          detail: message.detail,
        });
    }
  }

  async #onBundle(peer: Peer, bundle: Uint8Array): Promise<void> {
    const report = await this.#options.host.ingest(bundle, peer.id);
    if (!report.ok) this.#refuse(peer, report.error.type, JSON.stringify(report.error));
  }

  #onAnnouncement(peer: Peer, height: Height): void {
    if (height > peer.height) peer.height = height;
    this.#fetch(peer);
  }

  /** Asks for what the peer has settled and we have not, one request at a time. */
  #fetch(peer: Peer): void {
    const { settled } = this.#options.host;
    if (peer.height <= settled.height || peer.isFetching) return;
    peer.isFetching = true;
    peer.channel.send(encodePeerMessage({ type: "checkpoints-request", since: settled.height }));
  }

  async #sendRecords(peer: Peer, since: Height): Promise<void> {
    const { host } = this.#options;
    const last = Math.min(host.settled.height, since + RECORDS_PER_REQUEST);
    for (let height = since + 1; height <= last; height++) {
      const record = await host.archive.recordBytes(height as Height);
      if (record === undefined) break;
      const count = Math.max(1, Math.ceil(record.length / CHECKPOINT_PART_BYTES));
      for (let index = 0; index < count; index++) {
        const part = record.subarray(index * CHECKPOINT_PART_BYTES, (index + 1) * CHECKPOINT_PART_BYTES);
        peer.channel.send(encodePeerMessage({ type: "checkpoint-part", height: height as Height, index, count, part }));
      }
    }
    peer.channel.send(encodePeerMessage({ type: "checkpoints-end" }));
  }

  async #onPart(peer: Peer, message: Extract<PeerMessage, { type: "checkpoint-part" }>): Promise<void> {
    const { height, index, count, part } = message;
    if (index === 0) peer.parts = { height, parts: [] };
    const partial = peer.parts;
    if (partial?.height !== height || partial.parts.length !== index || index >= count) {
      peer.parts = undefined;
      return this.#refuse(peer, "checkpoint-part-out-of-order", `${height}`);
    }
    partial.parts.push(part);
    if (index < count - 1) return undefined;
    peer.parts = undefined;
    const applied = await this.#options.host.applyCheckpoint(joinParts(partial.parts));
    if (!applied.ok) {
      // What this peer has does not follow from what we have: nothing more is asked of it on this connection.
      peer.height = 0;
      this.#options.onEvent({ type: "ledger-mismatch", height, error: applied.error });
      return this.#refuse(peer, applied.error.type, `${height}`);
    }
    return undefined;
  }

  /** Says what was not taken in and why. The link stays up: one bad message does not make a bad peer; a flood does. */
  #refuse(peer: Peer, code: string, detail: string): void {
    peer.refusals++;
    this.#options.onEvent({ type: "refused", peer: peer.id, code, detail });
    if (peer.refusals > REFUSALS_MAX) return peer.channel.close("protocol-error");
    return peer.channel.send(
      encodePeerMessage({ type: "refusal", code, detail: detail.slice(0, limits.MEMO_BYTES_MAX) || code }),
    );
  }
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
