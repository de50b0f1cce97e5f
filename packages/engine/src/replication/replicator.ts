/**
 * Replication: Automerge documents as couriers of entries and of what vouches for them (spec `docs/spec/replication.md`).
 *
 * - Documents live in memory alone. The journal is the truth; publishing it again builds them again, byte for byte.
 * - Everything in a document is a canonical change of something the journal holds. What a peer sends is read, journaled,
 *   and written anew; its bytes never reach Automerge.
 * - automerge-repo keeps the documents in step: it decides who lacks what, and sends it.
 *
 * Whoever uses this initialises Automerge's WebAssembly before `createReplicator`.
 */
import type { AccountId, Link, Network, Sequence, SessionId, VerifiedEntry } from "@amigos/core";
import type { Clock } from "../ports/runtime.ts";
import { Repo, type DocumentId, type PeerId } from "@automerge/automerge-repo/slim";
import { AutomergeDocument } from "./automerge-document.ts";
import { Connection } from "./connection.ts";
import type { DocumentInfo } from "./document-id.ts";
import { nameDocument, type DocumentName } from "./document-name.ts";
import type { SharedDocument } from "./exchange.ts";
import type { DocumentKey } from "./frame.ts";
import { LOG_DOCUMENT_ENTRIES_MAX } from "./limits.ts";
import { LevelMemory } from "./level-memory.ts";
import { LogDocument, type PlaceInLog } from "./log-document.ts";
import type { Refusal } from "./refusal.ts";
import { RepoNetwork } from "./repo-network.ts";
import { SetDocument } from "./set-document.ts";
import { withoutFlags } from "./sync-message.ts";

export type { DocumentInfo } from "./document-id.ts";
export type { PlaceInLog } from "./log-document.ts";
export { LOG_DOCUMENT_ENTRIES_MAX, SET_DOCUMENT_PLACES } from "./limits.ts";
export type { Refusal } from "./refusal.ts";

/** Something that vouches for an account's logs: an inception, a control entry, evidence. A document keys it by its hash. */
export interface SetItem {
  readonly bytes: Uint8Array;
  /** The document that it belongs to, by [DOC7]. */
  readonly epoch: number;
}

export interface ReplicatorOptions {
  readonly network: Network;
  /** Our own peer id: the public key that we prove, as hex. */
  readonly peerId: string;
  /** Whether a peer may read and write a document. Asked for every message; may change while connected: see `accessChanged`. */
  readonly mayAccess: (peer: string, document: DocumentInfo) => boolean;
  /** Whether a peer has an entry by another lane, or will before it gets what is sent to it now: documents need not bring it. */
  readonly hasEntry: (peer: string, link: Link) => boolean;
  /**
   * Whether a peer has a log up to an entry, by what it said or was sent by another lane: there is no need to tell it what is
   * in the document (spec [GRD11]).
   */
  readonly hasLogTo: (peer: string, last: PlaceInLog) => boolean;
  /** By which quotas count. */
  readonly clock: Clock;
  /**
   * Verifies what arrived and journals it durably. Resolves with the entries that are authentic and durable now, known ones
   * and both sides of a fork included. They are published here; publishing them again costs little.
   */
  readonly admitEntries: (
    session: SessionId,
    entries: readonly Uint8Array[],
    from: string,
  ) => Promise<readonly VerifiedEntry[]>;
  /** The same for the items of an account. */
  readonly admitItems: (account: AccountId, items: readonly Uint8Array[], from: string) => Promise<readonly SetItem[]>;
  /** A peer is about to speak of a document, or of one that is not here: time to publish what waits to be. */
  readonly beforeMessage?: (document: DocumentInfo | undefined) => void;
  /** Whether the ledger has settled a log's epoch to its end: nothing of it is put into documents any more. */
  readonly isOver: (session: SessionId, epoch: number) => boolean;
  /** Called for every refusal, as often as a peer causes one: whoever shows them bounds how many. */
  readonly onRefused: (refusal: Refusal, peer: string) => void;
}

export interface ReplicatorConnection {
  readonly receive: (message: Uint8Array) => void;
  readonly disconnect: () => void;
  /** The peer did not take all that it was pushed: documents make up for it. */
  readonly doubt: () => void;
  /** Documents that the peer may have, and about how many of those it has said something, or need not. */
  readonly counts: () => { readonly known: number; readonly done: number };
}

/** What is held, for tests and measurements. */
export interface ReplicatorCounts {
  readonly documents: number;
  readonly connections: number;
  /** Entries that wait for a gap to fill. */
  readonly waitingEntries: number;
  /** Changes of logs that came so far, new here or not. */
  readonly changes: number;
}

export interface Replicator {
  /**
   * A peer whose key was proven; `device`: that key, which outlives the connection. `send` takes one encoded message, as do `receive` at the other end; both ways must be
   * reliable and in order. A second connection of one peer replaces the first.
   */
  readonly connect: (peer: string, device: string, send: (message: Uint8Array) => void) => ReplicatorConnection;
  /** Keeps a document in step with every peer that may access it. Begins it when it is new. */
  readonly follow: (document: DocumentInfo) => void;
  /** Puts journaled entries into their log documents, which are followed from then on. Any order; known ones cost little. */
  readonly publishEntries: (entries: readonly VerifiedEntry[]) => void;
  readonly publishItems: (account: AccountId, items: readonly SetItem[]) => void;
  /** Forgets the documents of a log's epochs that are over. Whoever asks for one is told that it is unavailable. Returns which. */
  readonly forgetOver: (session: SessionId) => readonly number[];
  /** The log forks at this sequence: nothing from there on is shared through its documents any more. */
  readonly freezeLog: (session: SessionId, sequence: Sequence) => void;
  /** `mayAccess` may answer otherwise now. */
  readonly accessChanged: () => void;
  /** A document's heads as ascending hex. None when it is not followed. */
  readonly headsOf: (document: DocumentInfo) => readonly string[];
  readonly counts: () => ReplicatorCounts;
  readonly close: () => Promise<void>;
}

export function createReplicator(options: ReplicatorOptions): Replicator {
  const replicator = new AutomergeReplicator(options);
  return {
    connect: (peer, device, send) => replicator.connect(peer, device, send),
    follow: (document) => void replicator.open(document),
    publishEntries: (entries) => replicator.publishEntries(entries),
    publishItems: (account, items) => replicator.publishItems(account, items),
    forgetOver: (session) => replicator.forgetOver(session),
    freezeLog: (session, sequence) => replicator.freezeLog(session, sequence),
    accessChanged: () => replicator.accessChanged(),
    headsOf: (document) => replicator.headsOf(document),
    counts: () => replicator.counts(),
    close: () => replicator.close(),
  };
}

class AutomergeReplicator {
  readonly #options: ReplicatorOptions;
  readonly #network: RepoNetwork;
  readonly #repo: Repo;
  readonly #documents = new Map<DocumentKey, SharedDocument>();
  readonly #nameByRepoId = new Map<DocumentId, DocumentName>();
  readonly #logs = new Map<SessionId, Map<number, LogDocument>>();
  readonly #connections = new Map<string, Connection>();
  /** The lowest sequence at which a session's log forks. */
  readonly #forks = new Map<SessionId, number>();
  readonly #level = new LevelMemory();
  /** Documents that are new, or in which there may be something new, since peers were looked at. */
  readonly #grown = new Set<SharedDocument>();
  #changes = 0;
  #isReviewDue = false;
  #isClosed = false;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.#network = new RepoNetwork((peer, message) => {
      const name = this.#nameByRepoId.get(message.documentId);
      if (name === undefined || message.type === "doc-unavailable" || message.data === undefined) return;
      this.#connections.get(peer)?.sendOfRepo(name, message.type, withoutFlags(message.data));
    });
    const access = (peer: PeerId, id?: DocumentId): Promise<boolean> => {
      const name = id === undefined ? undefined : this.#nameByRepoId.get(id);
      return Promise.resolve(name !== undefined && this.#connections.get(peer)?.mayAccess(name) === true);
    };
    // Asked when a peer is new, and when access changed. What is new here is looked at by `#openGrown`.
    const announce = (peer: PeerId, id?: DocumentId): Promise<boolean> => {
      const name = id === undefined ? undefined : this.#nameByRepoId.get(id);
      const document = name === undefined ? undefined : this.#documents.get(name.key);
      return Promise.resolve(document !== undefined && this.#connections.get(peer)?.mustOpen(document) === true);
    };
    this.#repo = new Repo({
      network: [this.#network],
      peerId: options.peerId as PeerId,
      shareConfig: { announce, access },
    });
  }

  connect(peer: string, device: string, send: (message: Uint8Array) => void): ReplicatorConnection {
    this.#disconnect(peer);
    const connection = new Connection({
      find: (key) => {
        this.#options.beforeMessage?.(this.#documents.get(key)?.info);
        return this.#documents.get(key);
      },
      mayAccess: (document) => this.#options.mayAccess(peer, document),
      admit: (document, values) => this.#admit(document, values, peer),
      forward: (document, type, data) =>
        this.#network.deliver(peer, { type, documentId: document.content.name.repoId, data }),
      noteHeads: (document, heads) => this.#level.note(device, document, heads),
      noteChanges: (count) => (this.#changes += count),
      isLevel: (document) => this.#isLevel(peer, device, document),
      hasEntry: (link) => this.#options.hasEntry(peer, link),
      send,
      clock: this.#options.clock,
      onRefused: (refusal) => this.#options.onRefused(refusal, peer),
      onCutOff: () => this.accessChanged(),
    });
    if (this.#isClosed) connection.close();
    else {
      this.#connections.set(peer, connection);
      connection.reviewAccess(this.#documents.values());
      for (const document of this.#documents.values()) connection.mustOpen(document);
      this.#network.add(peer);
    }
    return {
      receive: (message) => connection.receive(message),
      counts: () => connection.counts(),
      doubt: () => {
        connection.doubt();
        this.#openAt(peer, connection, this.#documents.values());
      },
      disconnect: () => {
        if (this.#connections.get(peer) === connection) this.#disconnect(peer);
      },
    };
  }

  open(info: Extract<DocumentInfo, { kind: "log" }>): LogDocument;
  open(info: Extract<DocumentInfo, { kind: "set" }>): SetDocument;
  open(info: DocumentInfo): SharedDocument;
  open(info: DocumentInfo): SharedDocument {
    const name = nameDocument(this.#options.network.id, info);
    const known = this.#documents.get(name.key);
    if (known !== undefined) return known;
    // Named before it is made: the repo asks at once who may have it.
    this.#nameByRepoId.set(name.repoId, name);
    for (const connection of this.#connections.values()) connection.noteOpened(name);
    const content = new AutomergeDocument(this.#repo, name);
    const document = info.kind === "log" ? new LogDocument(info, content) : new SetDocument(info, content);
    this.#documents.set(name.key, document);
    if (document instanceof LogDocument) this.#fileLog(document);
    this.#noteGrown(document);
    return document;
  }

  publishEntries(entries: readonly VerifiedEntry[]): void {
    for (const [session, epochs] of bySessionAndEpoch(entries)) {
      for (const [epoch, ofEpoch] of epochs) {
        if (this.#options.isOver(session, epoch)) continue;
        const log = this.#log(session, epoch);
        const fork = log.publish(ofEpoch);
        this.#noteGrown(log);
        if (fork !== undefined) this.freezeLog(session, (epoch * LOG_DOCUMENT_ENTRIES_MAX + fork) as Sequence);
        else this.#tellFork(log);
      }
    }
  }

  publishItems(account: AccountId, items: readonly SetItem[]): void {
    const bytesByEpoch = new Map<number, Uint8Array[]>();
    for (const { bytes, epoch } of items) {
      const ofEpoch = bytesByEpoch.get(epoch);
      if (ofEpoch === undefined) bytesByEpoch.set(epoch, [bytes]);
      else ofEpoch.push(bytes);
    }
    let isNews = false;
    for (const [epoch, ofEpoch] of bytesByEpoch) {
      const set = this.open({ kind: "set", account, epoch });
      if (!set.publish(ofEpoch)) continue;
      isNews = true;
      this.#noteGrown(set);
    }
    if (!isNews) return;
    // What was refused because nothing vouched for it may be welcome now.
    for (const connection of this.#connections.values()) connection.retryRefused();
  }

  forgetOver(session: SessionId): readonly number[] {
    const epochs = this.#logs.get(session);
    const over = [...(epochs ?? [])].filter(([epoch]) => this.#options.isOver(session, epoch));
    for (const [epoch, document] of over) {
      const { name } = document.content;
      epochs?.delete(epoch);
      this.#documents.delete(name.key);
      this.#grown.delete(document);
      this.#nameByRepoId.delete(name.repoId);
      for (const connection of this.#connections.values()) connection.forget(name);
      document.content.forget();
    }
    if (epochs?.size === 0) this.#logs.delete(session);
    return over.map(([epoch]) => epoch);
  }

  freezeLog(session: SessionId, sequence: Sequence): void {
    const known = this.#forks.get(session);
    if (known === undefined || sequence < known) this.#forks.set(session, sequence);
    for (const document of this.#logs.get(session)?.values() ?? []) {
      this.#freeze(document);
      this.#tellFork(document);
    }
  }

  accessChanged(): void {
    if (this.#isReviewDue || this.#isClosed) return;
    this.#isReviewDue = true;
    // Once for all that happens in one go: every entry of a batch may say that access changed.
    void Promise.resolve().then(() => {
      this.#isReviewDue = false;
      if (this.#isClosed) return;
      let isDifferent = false;
      for (const connection of this.#connections.values()) {
        if (connection.reviewAccess(this.#documents.values())) isDifferent = true;
        connection.retryDenied();
      }
      if (isDifferent) this.#repo.shareConfigChanged();
    });
  }

  headsOf(info: DocumentInfo): readonly string[] {
    return this.#documents.get(nameDocument(this.#options.network.id, info).key)?.content.heads() ?? [];
  }

  counts(): ReplicatorCounts {
    let waitingEntries = 0;
    for (const document of this.#documents.values())
      if (document instanceof LogDocument) waitingEntries += document.waitingCount;
    return {
      documents: this.#documents.size,
      connections: this.#connections.size,
      waitingEntries,
      changes: this.#changes,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const peer of [...this.#connections.keys()]) this.#disconnect(peer);
    await this.#repo.shutdown();
    for (const { content } of this.#documents.values()) content.giveBackRoom();
  }

  /** Not at once: what is published is pushed as well, and who is pushed it need not be told of it. */
  #noteGrown(document: SharedDocument): void {
    if (this.#connections.size === 0) return;
    if (this.#grown.size === 0) void Promise.resolve().then(() => this.#openGrown());
    this.#grown.add(document);
  }

  #openGrown(): void {
    const grown = [...this.#grown];
    this.#grown.clear();
    if (!this.#isClosed) for (const [peer, connection] of this.#connections) this.#openAt(peer, connection, grown);
  }

  #openAt(peer: string, connection: Connection, documents: Iterable<SharedDocument>): void {
    for (const document of documents) if (connection.mustOpen(document)) document.content.begin(peer);
  }

  #isLevel(peer: string, device: string, document: SharedDocument): boolean {
    // Who shows a fork shows it to everybody, and who lacks something asks everybody.
    if (document instanceof LogDocument && (document.isFrozen || document.waitingCount > 0)) return false;
    const last = document instanceof LogDocument ? document.last : undefined;
    const hasAll = last !== undefined && this.#options.hasLogTo(peer, last);
    return hasAll || this.#level.isLevel(device, document);
  }

  async #admit(document: SharedDocument, values: readonly Uint8Array[], from: string): Promise<readonly Uint8Array[]> {
    const { info } = document;
    if (info.kind === "log") {
      const admitted = await this.#options.admitEntries(info.session, values, from);
      const entries = admitted.filter(({ entry }) => entry.session === info.session);
      if (!this.#isClosed) this.publishEntries(entries);
      return entries.map(({ bytes }) => bytes);
    }
    const admitted = await this.#options.admitItems(info.account, values, from);
    if (!this.#isClosed) this.publishItems(info.account, admitted);
    // What belongs to another epoch is not ours at this place, and is refused as such.
    return admitted.map(({ bytes }) => bytes);
  }

  #disconnect(peer: string): void {
    const connection = this.#connections.get(peer);
    if (connection === undefined) return;
    connection.close();
    this.#connections.delete(peer);
    this.#network.remove(peer);
  }

  #log(session: SessionId, epoch: number): LogDocument {
    return this.#logs.get(session)?.get(epoch) ?? this.open({ kind: "log", session, epoch });
  }

  #fileLog(document: LogDocument): void {
    const { session, epoch } = document.info;
    const epochs = this.#logs.get(session) ?? new Map<number, LogDocument>();
    this.#logs.set(session, epochs.set(epoch, document));
    this.#freeze(document);
  }

  #freeze(document: LogDocument): void {
    const fork = this.#forks.get(document.info.session);
    if (fork === undefined) return;
    const position = fork - document.info.epoch * LOG_DOCUMENT_ENTRIES_MAX;
    if (position < LOG_DOCUMENT_ENTRIES_MAX) document.freezeAt(Math.max(0, position));
  }

  #tellFork(document: LogDocument): void {
    if (!document.isFrozen) return;
    for (const connection of this.#connections.values()) connection.tellFork(document);
  }
}

function bySessionAndEpoch(
  entries: readonly VerifiedEntry[],
): ReadonlyMap<SessionId, ReadonlyMap<number, readonly VerifiedEntry[]>> {
  const sessions = new Map<SessionId, Map<number, VerifiedEntry[]>>();
  for (const entry of entries) {
    const { session, sequence } = entry.entry;
    const epochs = sessions.get(session) ?? new Map<number, VerifiedEntry[]>();
    if (epochs.size === 0) sessions.set(session, epochs);
    const epoch = Math.floor(sequence / LOG_DOCUMENT_ENTRIES_MAX);
    const ofEpoch = epochs.get(epoch);
    if (ofEpoch === undefined) epochs.set(epoch, [entry]);
    else ofEpoch.push(entry);
  }
  return sessions;
}
