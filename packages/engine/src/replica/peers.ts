/**
 * The devices in touch right now, and the lanes to them (spec [PEER3]–[PEER7]). Every connection is authenticated first;
 * then entries are pushed to whom they concern as soon as they are durable here, checkpoints are fetched from whoever is
 * ahead, and the document layer makes up for whatever was missed.
 */
import {
  decodeControlEntry,
  err,
  limits,
  linkOf,
  ok,
  type AccountId,
  type AccountRecord,
  type DeviceRequestId,
  type EntryId,
  type Height,
  type Link as EntryLink,
  type Network,
  type OrderedControl,
  type PublicKey,
  type Result,
  type SessionId,
  timeMs,
  type Signer,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import type { PlaceInLog } from "../replication/replicator.ts";
import { shakeHands, type Channel, type HandshakeError } from "../peer/handshake.ts";
import { decodePeerMessage, encodePeerMessage, type PeerMessage, type ReceiptMessage } from "../peer/messages.ts";
import { Quota, type Allowance } from "../peer/quota.ts";
import type { Connection } from "../ports/link.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import { StoreError } from "../ports/store.ts";
import type { Party } from "./access.ts";
import { CheckpointGiver } from "./checkpoint-giver.ts";
import { CheckpointLane, type CheckpointPeer } from "./checkpoint-lane.ts";
import { Conduct } from "./conduct.ts";
import type { NewRecords, RecordError } from "./directory.ts";
import type { PolicyRefusal } from "./intake-policy.ts";
import { Newcomers, type AskingDevice } from "./newcomers.ts";
import type { SyncProgress } from "./progress.ts";
import { PushLane } from "./push-lane.ts";
import type { KeptReceipt } from "./receipts.ts";
import type { Replica, ReplicaEvent } from "./replica.ts";
import { Syncs, type SyncedHub } from "./syncs.ts";

export interface PeerSummary {
  /** Unique among connections: the proven key and a number. */
  readonly id: string;
  readonly key: PublicKey;
  readonly party: Party;
  readonly link: string;
}

/** One peer in the document layer. */
export interface DocumentsOfPeer {
  readonly receive: (message: Uint8Array) => void;
  readonly disconnect: () => void;
  /** It did not take all that it was pushed. */
  readonly doubt: () => void;
  /** Documents that it may have, and about how many of those it has said something, or need not. */
  readonly counts: () => { readonly known: number; readonly done: number };
}

export interface PeersOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly host: Replica;
  readonly ownRecord: () => AccountRecord | undefined;
  /** The session that `ownRecord` vouches for. */
  readonly session: SessionId | undefined;
  /** Verifies and keeps what vouches for a peer. */
  readonly learn: (record: AccountRecord) => Promise<Result<NewRecords, RecordError | PolicyRefusal>>;
  /** Joins a peer to the document layer. */
  readonly attachDocuments: (peer: string, key: PublicKey, send: (message: Uint8Array) => void) => DocumentsOfPeer;
  readonly onEvent: (event: ReplicaEvent) => void;
}

/** Connections at once, strangers included. A phone has a handful, a hub many; each costs memory. */
const CONNECTIONS_MAX = 4096;
/**
 * Connections whose other end has proven nothing yet. A handshake takes milliseconds; the oldest gives way, so that many
 * half ones keep nobody out who finishes his.
 */
const STRANGERS_MAX = 128;
/** Connections of one key. A device that reconnects may not have noticed the end of the one before; the oldest gives way. */
const CONNECTIONS_PER_KEY_MAX = 4;
/**
 * What of one peer may wait for the disk: as many messages as it may send at once. Beyond it the peer is faster than we are,
 * and starts anew later.
 */
const BACKLOG_BYTES_MAX: number = 16 * 1024 * 1024;
/**
 * Bundles of one peer that are taken in at once. Enough that what it sends while the disk writes is written together; and what
 * somebody who is shown out has had time to send costs no more than these.
 */
const BUNDLES_UNDER_WAY_MAX = 16;
/** Counted for a message that is smaller: each costs memory beside its bytes. */
const BACKLOG_MESSAGE_BYTES_MIN = 1024;
/**
 * What one connection may send before it is made to wait. At once: whatever a device that was away for long has to say.
 * Each second: some ten payments of ten devices, in each of the lanes, and verified in a fraction of it. Parts that we
 * asked for are not counted, for we ask for so many and no more.
 */
const MESSAGES: Allowance = { burst: 16_384, perSecond: 1024 };
const BYTES: Allowance = { burst: 64 * 1024 * 1024, perSecond: 2 * 1024 * 1024 };
/**
 * How often one connection is sent again what is said about recoveries, when it refused something: with each checkpoint as a
 * rule, and no more often than this, for whoever announces and refuses in turns costs us what we send.
 */
const RECOVERIES_AGAIN: Allowance = { burst: 64, perSecond: 0.1 };
/** Messages of the document layer that wait until we have the checkpoints that their sender has: it has begun, no more. */
const DOCUMENTS_HELD_MAX = 64;
/** Why somebody who has proven a key is not let in. */
type Unknown =
  | { readonly type: "peer-unknown" }
  /** Our disk did not take what vouches for it. */
  | { readonly type: "not-stored" }
  | Extract<PolicyRefusal, { readonly type: "account-not-admitted" }>;

interface Peer extends PeerSummary {
  readonly channel: Channel;
  readonly checkpoints: CheckpointPeer;
  /** `undefined` until we have the checkpoints that the peer has (spec [PEER6]). */
  documents: DocumentsOfPeer | undefined;
  /** What came for the documents before. */
  held: Uint8Array[];
  readonly pushes: PushLane;
  work: Promise<void>;
  /** Bundles of it that are being taken in, and when all of them will be. */
  bundlesUnderWay: number;
  bundlesTaken: Promise<void>;
  backlogBytes: number;
  readonly messages: Quota;
  readonly bytes: Quota;
  isShownOut: boolean;
  /** Whether its account has ended its session: it is told checkpoints, and nothing else. */
  hasEnded: boolean;
  /** Whether it refused something, and may lack what it was pushed. */
  isInDoubt: boolean;
  /** Ends the pause that it is in. */
  resume: () => void;
  hasAnnounced: boolean;
  /** What is said about recoveries that it was sent, or sent, since it was last sent all again. */
  readonly recoveries: Set<EntryId>;
  /** Whether it refused something since then. */
  isRecoveryInDoubt: boolean;
  readonly recoveriesAgain: Quota;
  /** Until when it is not sent them again. */
  recoveriesAgainFrom: TimeMs;
  /** How often it refused something. */
  refusals: number;
  /** By nonce. `undefined`: the peer is gone. */
  readonly flushes: Map<number, (height: Height | undefined) => void>;
}

export class Peers {
  readonly #options: PeersOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #checkpoints: CheckpointLane;
  readonly #giver: CheckpointGiver;
  readonly #conduct: Conduct;
  readonly #syncs: Syncs;
  readonly #newcomers: Newcomers;
  /** Connections whose other end is not known yet, oldest first. */
  readonly #strangers = new Set<Connection>();
  #counter = 0;
  #isClosed = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#checkpoints = new CheckpointLane({
      ...options,
      onReceived: (bytes) => this.#syncs.noteReceived(bytes),
      onLevel: () => this.#attachLevel(),
    });
    this.#giver = new CheckpointGiver(options);
    this.#conduct = new Conduct(options.clock);
    this.#syncs = new Syncs(options);
    this.#newcomers = new Newcomers(options);
  }

  /** Devices that ask for a session and were not answered. */
  get asking(): readonly AskingDevice[] {
    return this.#newcomers.asking;
  }

  denyDevice(id: DeviceRequestId): void {
    this.#newcomers.deny(id);
  }

  /** The newest checkpoint that a peer says it has. */
  get newestAnnounced(): number {
    return this.#checkpoints.newestAnnounced;
  }

  /** Keys that something is held against. */
  get heldAgainst(): number {
    return this.#conduct.size;
  }

  summaries(): readonly PeerSummary[] {
    return [...this.#peers.values()].map(({ id, key, party, link }) => ({ id, key, party, link }));
  }

  /** Who may read, if anybody: whose session has ended is a stranger that is still spoken to. */
  party(id: string): Party | undefined {
    const peer = this.#peers.get(id);
    return peer === undefined || peer.hasEnded ? undefined : peer.party;
  }

  /** Whether a peer has an undecided entry, or was pushed it. */
  hasEntry(id: string, link: EntryLink): boolean {
    return this.#peers.get(id)?.pushes.has.has(link) ?? false;
  }

  /** Whether a peer has a log up to an entry: pushed, said, or settled where it is level with us. */
  hasLogTo(id: string, { session, sequence, link }: PlaceInLog): boolean {
    const peer = this.#peers.get(id);
    if (peer === undefined) return false;
    const { host } = this.#options;
    const isSettled = sequence < host.nextSettledSequence(session);
    return isSettled ? this.#checkpoints.heightOf(peer.checkpoints) >= host.settled.height : peer.pushes.has.has(link);
  }

  /** Looks again whether devices of these accounts, or of any, have come to their end, or have begun. Returns whether one has ended. */
  reviewSessions(accounts?: ReadonlySet<AccountId>): boolean {
    this.#newcomers.review();
    let isNews = false;
    for (const peer of this.#peers.values()) {
      const { party } = peer;
      if (party.role === "hub" || peer.hasEnded || accounts?.has(party.account) === false) continue;
      peer.hasEnded = this.#options.host.hasEnded(party.account, peer.key);
      if (peer.hasEnded) this.#refuse(peer, "session-ended", "its account has ended it");
      isNews ||= peer.hasEnded;
    }
    return isNews;
  }

  /** Authenticates a fresh connection and, when that succeeds, starts its lanes. */
  async accept(connection: Connection, link: string): Promise<void> {
    if (this.#isClosed || this.#peers.size + this.#strangers.size >= CONNECTIONS_MAX)
      return connection.close("too-slow");
    if (this.#strangers.size >= STRANGERS_MAX) this.#dismissOldestStranger();
    this.#strangers.add(connection);
    try {
      await this.#meet(connection, link);
    } catch (error) {
      connection.close("protocol-error");
      throw error;
    } finally {
      this.#strangers.delete(connection);
    }
  }

  #dismissOldestStranger(): void {
    const [oldest] = this.#strangers;
    if (oldest === undefined) return;
    this.#strangers.delete(oldest);
    oldest.close("too-slow");
  }

  async #meet(connection: Connection, link: string): Promise<void> {
    const { network, signer, clock, random } = this.#options;
    const account = this.#options.ownRecord();
    const identity = account === undefined ? { signer } : { signer, account };
    const shaken = await shakeHands({ connection, network: network.id, identity, clock, random });
    if (!shaken.ok) return this.#refusedHandshake(connection.description, shaken.error);
    const channel = shaken.value;
    if (this.#isTurnedAway(channel, connection.description)) return undefined;
    const { account: theirs, request } = channel.peer;
    if (theirs === undefined && request !== undefined && !this.#isClosed)
      return this.#newcomers.admit(channel, request, link);
    const party = this.#isClosed ? undefined : await this.#identify(channel);
    // What another connection of the key did meanwhile counts for this one too.
    if (this.#isTurnedAway(channel, connection.description)) return undefined;
    if (party?.ok === true && !this.#isClosed) return this.#admit(channel, party.value, link);
    channel.start({ onMessage: () => undefined, onClose: () => undefined });
    if (party?.ok === false && !this.#isClosed) this.#turnAway(channel, connection.description, party.error);
    return channel.close("protocol-error");
  }

  /** Who may come back when it is admitted is told so, which its owner can do something about. */
  #turnAway(channel: Channel, peer: string, error: Unknown): void {
    const detail = error.type === "peer-unknown" ? "its key belongs to no session" : JSON.stringify(error);
    if (error.type !== "peer-unknown") channel.send(encodePeerMessage({ type: "refusal", code: error.type, detail }));
    this.#options.onEvent({ type: "refused", peer, code: error.type, detail });
  }

  #refusedHandshake(peer: string, error: HandshakeError): void {
    if (error.type === "connection-closed") return;
    this.#options.onEvent({ type: "refused", peer, code: error.type, detail: JSON.stringify(error) });
  }

  /** Whoever is kept out is told why, so that whoever runs a device with a defect can find it. */
  #isTurnedAway(channel: Channel, peer: string): boolean {
    const keptOutMs = this.#conduct.keptOutMs(channel.peer.key);
    if (keptOutMs === 0 || this.#isClosed) return false;
    const detail = `for ${Math.ceil(keptOutMs / 1000)} s more`;
    channel.start({ onMessage: () => undefined, onClose: () => undefined });
    channel.send(encodePeerMessage({ type: "refusal", code: "kept-out", detail }));
    channel.close("protocol-error");
    this.#options.onEvent({ type: "refused", peer, code: "kept-out", detail });
    return true;
  }

  /** The hub is whoever holds the authority's key; a wallet is a session that its account granted. */
  async #identify({ peer }: Channel): Promise<Result<Party, Unknown>> {
    if (peer.key === this.#options.network.genesis.authority) return ok({ role: "hub" });
    // Looked at before anything of it is kept: a record of somebody else is no reason to write.
    if (peer.account === undefined || !this.#names(peer.account, peer.key)) return err({ type: "peer-unknown" });
    const learned = await this.#learn(peer.account);
    const { directory } = this.#options.host;
    const account = directory.accountOfRecord(peer.account);
    // There may be no room for what its record says; it is enough that its session is known.
    const isKnown = account !== undefined && (learned.ok || directory.hasSessionKey(account, peer.key));
    if (isKnown) return ok({ role: "wallet", account });
    if (learned.ok) return err({ type: "peer-unknown" });
    const { error } = learned;
    return err(error.type === "account-not-admitted" || error.type === "not-stored" ? error : { type: "peer-unknown" });
  }

  /** A disk that is full is no reason to break with somebody who is known, and is told to everybody else. */
  async #learn(
    record: AccountRecord,
  ): Promise<Result<NewRecords, RecordError | PolicyRefusal | { readonly type: "not-stored" }>> {
    try {
      return await this.#options.learn(record);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (!this.#isClosed) this.#options.onEvent({ type: "store-failed", error });
      return err({ type: "not-stored" });
    }
  }

  /** Whether a record grants a session to this key. That the account signed it is checked when it is learned. */
  #names(record: AccountRecord, key: PublicKey): boolean {
    return record.control.some((bytes) => {
      const claimed = decodeControlEntry(bytes);
      return (
        claimed.ok && "sessionKey" in claimed.value.entry.operation && claimed.value.entry.operation.sessionKey === key
      );
    });
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
      checkpoints: {
        isHub: party.role === "hub",
        send,
        refuse: (code, detail) => this.#refuse(peer, code, detail),
      },
      documents: undefined,
      held: [],
      pushes: new PushLane({
        ...this.#options,
        party,
        hasEnded: () => peer.hasEnded,
        send,
        askFlush: (onEnd) => void this.#askFlush(peer, onEnd),
      }),
      work: Promise.resolve(),
      bundlesUnderWay: 0,
      bundlesTaken: Promise.resolve(),
      backlogBytes: 0,
      messages: new Quota(MESSAGES, this.#options.clock.now()),
      bytes: new Quota(BYTES, this.#options.clock.now()),
      isShownOut: false,
      hasEnded: party.role === "wallet" && this.#options.host.hasEnded(party.account, key),
      isInDoubt: false,
      resume: () => undefined,
      hasAnnounced: false,
      recoveries: new Set(),
      isRecoveryInDoubt: false,
      recoveriesAgain: new Quota(RECOVERIES_AGAIN, this.#options.clock.now()),
      recoveriesAgainFrom: this.#options.clock.now(),
      refusals: 0,
      flushes: new Map(),
    };
    const same = [...this.#peers.values()].filter((other) => other.key === key);
    if (same.length >= CONNECTIONS_PER_KEY_MAX) same[0]?.channel.close("too-slow");
    this.#peers.set(id, peer);
    channel.start({ onMessage: (message) => this.#onMessage(peer, message), onClose: () => this.#remove(peer) });
    // It may have gone while it was looked up. What it said before is handled still.
    if (!this.#peers.has(id)) return;
    if (party.role === "wallet") this.#options.host.followAccount(party.account);
    // A hub has no account of which a peer could show that it knows something.
    if (party.role === "wallet" && this.#options.session !== undefined)
      this.#options.host.noteControlKnown(linksOf(channel.peer.account), key);
    if (this.#options.session !== undefined) peer.pushes.has.noteSession(this.#options.session);
    peer.pushes.greet();
    this.#checkpoints.add(peer.checkpoints);
    this.#options.onEvent({ type: "changed" });
  }

  #remove(peer: Peer): void {
    if (!this.#peers.delete(peer.id)) return;
    peer.resume();
    peer.documents?.disconnect();
    this.#checkpoints.remove(peer.checkpoints);
    for (const resolve of peer.flushes.values()) resolve(undefined);
    this.#options.onEvent({ type: "changed" });
  }

  /** Joins those to the document layer who have no checkpoint that we lack: what is settled needs no documents. */
  #attachLevel(): void {
    for (const peer of this.#peers.values())
      if (peer.hasAnnounced && !this.#checkpoints.isAhead(peer.checkpoints)) this.#attach(peer);
  }

  #attach(peer: Peer): void {
    if (peer.documents !== undefined || this.#isClosed || !this.#peers.has(peer.id)) return;
    const documents = this.#options.attachDocuments(peer.id, peer.key, (message) =>
      peer.channel.send(encodePeerMessage({ type: "document", message })),
    );
    peer.documents = documents;
    if (peer.isInDoubt) documents.doubt();
    for (const message of peer.held) documents.receive(message);
    peer.held = [];
  }

  #onDocument(peer: Peer, message: Uint8Array): void {
    if (peer.documents !== undefined) return peer.documents.receive(message);
    peer.held.push(message);
    // Who says nothing of checkpoints is not waited for.
    if (!peer.hasAnnounced || peer.held.length > DOCUMENTS_HELD_MAX) this.#attach(peer);
  }

  // — sending —————————————————————————————————————————————————————————————

  /** Passes fresh entries, and what is undecided before them, on to every peer that they concern and that does not have them. */
  push(fresh: readonly VerifiedEntry[]): void {
    const sessions = [...new Set(fresh.map(({ entry }) => entry.session))];
    for (const { pushes } of this.#peers.values()) pushes.push(sessions);
  }

  /** A peer that sent these has them, new here or not, so that nothing goes back to where it came from. */
  noteHeard(entries: readonly VerifiedEntry[], from: string | undefined): void {
    const source = from === undefined ? undefined : this.#peers.get(from);
    if (source === undefined || entries.length === 0) return;
    const news = entries.flatMap((entry) => source.pushes.has.noteHeard(entry));
    // It may be that it lacked nothing but this, for receipts go to who has the payment.
    source.pushes.pushReceipts(this.#options.host.receiptsOf(news));
  }

  /** Who may have what has changed: passes on what peers may have now and do not. */
  pushAll(): void {
    for (const { pushes } of this.#peers.values()) pushes.pushAll();
  }

  /** Passes on what our account said about itself, to every peer that may know. */
  pushControl(control: OrderedControl): void {
    for (const peer of this.#peers.values()) this.#pushControlTo(peer, control);
  }

  /** What is said about recoveries and not settled, to everybody it concerns: it is little, and what is there already is nothing new. */
  pushRecoveries(from: string | undefined): void {
    for (const peer of this.#peers.values()) if (peer.id !== from) this.#pushRecoveries(peer);
  }

  #pushRecoveries(peer: Peer): void {
    const { host } = this.#options;
    if (!peer.pushes.has.hasSpoken || peer.hasEnded) return;
    for (const { id, bytes } of host.recoveriesFor(peer.party)) {
      if (peer.recoveries.has(id)) continue;
      peer.recoveries.add(id);
      peer.channel.send(encodePeerMessage({ type: "recovery", statement: bytes }));
    }
  }

  /** Whatever it was that a peer did not take: until the ledger has what is said here, the peer is told it again. */
  #pushRecoveriesAgain(peer: Peer): void {
    const now = this.#options.clock.now();
    if (peer.isRecoveryInDoubt && now >= peer.recoveriesAgainFrom) {
      peer.recoveriesAgainFrom = timeMs(now + peer.recoveriesAgain.take(1, now));
      peer.isRecoveryInDoubt = false;
      peer.recoveries.clear();
    }
    this.#pushRecoveries(peer);
  }

  async #onRecovery(peer: Peer, statement: Uint8Array): Promise<void> {
    const report = await this.#options.host.ingestRecovery(statement, { from: peer.id });
    if (report.ok) return void peer.recoveries.add(report.value.id);
    // Whose signature counts changes with the ledger, so an honest device may be late.
    const { type } = report.error;
    this.#refuse(peer, type === "signature-invalid" ? "recovery-refused" : type, JSON.stringify(report.error));
  }

  /** What ends sessions of our account and is not settled goes to whoever comes, for the sake of knowing that it is there. */
  #pushEnds(peer: Peer): void {
    const { host } = this.#options;
    for (const control of host.unsettledControl().slice(0, limits.SESSIONS_PER_ACCOUNT_MAX)) {
      const { type } = control.entry.operation;
      const isEnd = type === "revoke" || type === "kill-switch" || type === "upgrade";
      if (isEnd && !host.controlKnownTo(control.link).has(peer.key)) this.#pushControlTo(peer, control);
    }
  }

  /** Who takes it in without refusing anything meanwhile has it. */
  #pushControlTo(peer: Peer, control: OrderedControl): void {
    if (!peer.pushes.pushControl(control)) return;
    const before = peer.refusals;
    this.#askFlush(peer, (height) => {
      if (height !== undefined && peer.refusals === before)
        this.#options.host.noteControlKnown([control.link], peer.key);
    });
  }

  /** Decided entries are no longer pushed to anyone, so nobody needs to be remembered to have them. */
  forget(entries: readonly VerifiedEntry[]): void {
    for (const { pushes } of this.#peers.values()) pushes.forget(entries);
  }

  /** Gives receipts to every peer that may have them and is not where they came from. */
  pushReceipts(receipts: readonly KeptReceipt[], from: string | undefined): void {
    const source = from === undefined ? undefined : this.#peers.get(from);
    for (const { payment } of receipts) source?.pushes.noteReceipt(payment.id);
    for (const { pushes } of this.#peers.values()) pushes.pushReceipts(receipts);
  }

  /** Tells every peer that there is a new checkpoint, which decided so many entries and was so many bytes. */
  announce(height: Height, brought: { readonly entries: number; readonly bytes: number }): void {
    this.#syncs.noteCheckpoint(brought);
    this.#checkpoints.announce(height);
    this.#attachLevel();
    this.#syncs.noteHeight(height);
  }

  /** Asks whoever may have it for what was before the start. */
  loadHistory(): void {
    this.#checkpoints.loadHistory();
  }

  /** Resolves when a hub in reach has taken in all that we sent and we have its checkpoints; false when none is. */
  async sync(onProgress: (progress: SyncProgress) => void): Promise<boolean> {
    const hub = [...this.#peers.values()].find((peer) => peer.party.role === "hub");
    if (hub === undefined) return false;
    const synced: SyncedHub = {
      pushes: hub.pushes,
      announced: () => this.#checkpoints.heightOf(hub.checkpoints),
      documents: () => hub.documents?.counts(),
      askFlush: (onEnd) => this.#askFlush(hub, onEnd),
    };
    return this.#syncs.run(synced, onProgress);
  }

  /** `onEnd` is called once: with `undefined` when the peer is gone, or what is returned is called before it has answered. */
  #askFlush(peer: Peer, onEnd: (height: Height | undefined) => void): (height: undefined) => void {
    const nonce = ++this.#counter;
    const end = (height: Height | undefined): void => {
      if (peer.flushes.delete(nonce)) onEnd(height);
    };
    peer.flushes.set(nonce, end);
    peer.channel.send(encodePeerMessage({ type: "flush-request", nonce }));
    return end;
  }

  close(): void {
    this.#isClosed = true;
    this.#checkpoints.close();
    this.#giver.close();
    this.#newcomers.close();
    for (const peer of [...this.#peers.values()]) {
      peer.channel.close("closed-here");
      this.#remove(peer);
    }
    this.#syncs.close();
  }

  // — receiving ———————————————————————————————————————————————————————————

  /**
   * One message of a peer after the other: a later one may rest on an earlier one. But bundles that follow each other are taken
   * in together, in their order.
   */
  #onMessage(peer: Peer, bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const cost = backlogCost(bytes);
    if (peer.backlogBytes + cost > BACKLOG_BYTES_MAX) return peer.channel.close("too-slow");
    peer.backlogBytes += cost;
    peer.work = peer.work.then(async () => {
      try {
        // Who has left meant what it said before; who was shown out is not listened to any more.
        if (!this.#isClosed && !peer.isShownOut) await this.#handle(peer, bytes);
      } catch (error) {
        this.#onFailure(peer, error);
      } finally {
        peer.backlogBytes -= cost;
      }
    });
  }

  /** What a peer says may cost it its connection, and never the process. */
  #onFailure(peer: Peer, error: unknown): void {
    if (this.#isClosed) return;
    if (error instanceof StoreError) {
      // The peer learns that this was not taken in, and sends it again when there is room.
      this.#options.onEvent({ type: "store-failed", error });
      this.#refuse(peer, "not-stored", error.type);
      return;
    }
    const detail = error instanceof Error ? error.message : "unknown";
    this.#options.onEvent({ type: "refused", peer: peer.id, code: "defect-here", detail });
    peer.channel.close("protocol-error");
  }

  async #handle(peer: Peer, bytes: Uint8Array): Promise<void> {
    const decoded = decodePeerMessage(bytes);
    if (!decoded.ok) {
      const { error } = decoded;
      if (error.type !== "unknown-message") return this.#refuse(peer, error.type, "not a message of this protocol");
      // Of who speaks a later version nothing is held against him, so he is paced like anybody.
      await this.#pace(peer, bytes.length);
      return this.#refuse(peer, error.type, `kind ${error.kind}`);
    }
    const message = decoded.value;
    if (message.type !== "checkpoint-part" && message.type !== "state-part") await this.#pace(peer, bytes.length);
    const isFirst = !peer.pushes.has.hasSpoken;
    peer.pushes.noteMessage(message);
    if (isFirst) {
      this.#pushEnds(peer);
      this.#pushRecoveries(peer);
    }
    if (message.type === "bundle") return this.#beginBundle(peer, message.bundle);
    await peer.bundlesTaken;
    if (peer.isShownOut || this.#isClosed) return;
    switch (message.type) {
      case "log-heads":
        return undefined;
      case "receipt":
        return this.#onReceipt(peer, message);
      case "document":
        return this.#onDocument(peer, message.message);
      case "checkpoint-announcement":
        peer.hasAnnounced = true;
        this.#checkpoints.onAnnouncement(peer.checkpoints, message.height);
        this.#attachLevel();
        // What it did not take before, it may take now.
        this.#pushRecoveriesAgain(peer);
        return peer.pushes.pushMissed();
      case "checkpoints-request":
        return this.#giver.onRequest(peer.checkpoints, message);
      case "state-request":
        return this.#giver.onStateRequest(peer.checkpoints, message);
      case "checkpoint-part":
      case "state-part":
        return this.#checkpoints.onPart(peer.checkpoints, message);
      case "checkpoints-end":
        return this.#checkpoints.onEnd(peer.checkpoints);
      case "flush-request":
        return peer.channel.send(
          encodePeerMessage({ type: "flush-reply", nonce: message.nonce, height: this.#options.host.settled.height }),
        );
      case "flush-reply":
        return peer.flushes.get(message.nonce)?.(message.height);
      case "recovery":
        return this.#onRecovery(peer, message.statement);
      case "device-answer":
        return this.#refuse(peer, "device-answer-unexpected", "nobody here asked for a session");
      case "refusal":
        peer.refusals++;
        peer.isRecoveryInDoubt = true;
        peer.pushes.noteRefusal(message.code);
        peer.isInDoubt = true;
        peer.documents?.doubt();
        return this.#options.onEvent({
          type: "refused",
          peer: peer.id,
          code: `there: ${message.code}`,
          detail: message.detail,
        });
    }
  }

  /** Who is faster than anybody needs to be waits, and is not blamed; what it sends meanwhile waits behind it. */
  async #pace(peer: Peer, bytes: number): Promise<void> {
    const { clock } = this.#options;
    const now = clock.now();
    const waitMs = Math.max(peer.messages.take(1, now), peer.bytes.take(bytes, now));
    if (waitMs === 0 || !this.#peers.has(peer.id)) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(waitMs, resolve);
      peer.resume = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Resolves when the next bundle may be begun with. */
  async #beginBundle(peer: Peer, bundle: Uint8Array): Promise<void> {
    if (peer.bundlesUnderWay >= BUNDLES_UNDER_WAY_MAX) await peer.bundlesTaken;
    if (peer.isShownOut) return;
    const cost = backlogCost(bundle);
    peer.backlogBytes += cost;
    peer.bundlesUnderWay++;
    const taken = this.#onBundle(peer, bundle)
      .catch((error: unknown) => this.#onFailure(peer, error))
      .finally(() => {
        peer.backlogBytes -= cost;
        peer.bundlesUnderWay--;
      });
    const before = peer.bundlesTaken;
    // Of nothing, for a promise keeps what it comes to.
    peer.bundlesTaken = taken.then(() => before);
  }

  async #onBundle(peer: Peer, bundle: Uint8Array): Promise<void> {
    const report = await this.#options.host.ingest(bundle, peer.id);
    if (!report.ok) this.#refuse(peer, report.error.type, JSON.stringify(report.error));
  }

  async #onReceipt(peer: Peer, message: ReceiptMessage): Promise<void> {
    const taken = await this.#options.host.hearReceipt(message, peer.id);
    if (!taken.ok) this.#refuse(peer, taken.error.type, JSON.stringify(taken.error));
  }

  /** Says what was not taken in and why. The link stays up: one bad message does not make a bad peer; many do. */
  #refuse(peer: Peer, code: string, detail: string): void {
    this.#options.onEvent({ type: "refused", peer: peer.id, code, detail });
    this.#sendRefusal(peer, code, detail);
    this.#judge(peer, code);
  }

  /** The same for what the document layer did not use, and answered itself. */
  noteRefusal(id: string, code: string, detail: string): void {
    this.#options.onEvent({ type: "refused", peer: id, code, detail });
    const peer = this.#peers.get(id);
    if (peer !== undefined) this.#judge(peer, code);
  }

  #judge({ id, key }: Peer, code: string): void {
    const keptOutMs = this.#conduct.note(key, code);
    if (keptOutMs === undefined) return;
    const detail = `for ${keptOutMs / 1000} s`;
    this.#options.onEvent({ type: "refused", peer: id, code: "kept-out", detail });
    for (const peer of [...this.#peers.values()].filter((other) => other.key === key)) {
      this.#sendRefusal(peer, "kept-out", detail);
      peer.isShownOut = true;
      peer.channel.close("protocol-error");
      this.#remove(peer);
    }
  }

  #sendRefusal({ channel }: Peer, code: string, detail: string): void {
    channel.send(encodePeerMessage({ type: "refusal", code, detail: detail.slice(0, limits.MEMO_BYTES_MAX) || code }));
  }
}

function backlogCost({ length }: Uint8Array): number {
  return Math.max(length, BACKLOG_MESSAGE_BYTES_MIN);
}

/** What of its account a peer showed in its hello. */
function linksOf(record: AccountRecord | undefined): readonly EntryLink[] {
  return (record?.control ?? []).flatMap((bytes) => {
    const decoded = decodeControlEntry(bytes);
    return decoded.ok ? [linkOf(decoded.value.entryId, decoded.value.signature)] : [];
  });
}
