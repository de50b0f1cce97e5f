/**
 * Between the journal and the documents: what is durable here goes into the documents it belongs to, and what a document
 * brings goes through the journal first. The documents themselves, and the guard before them, are the replicator's.
 */
import {
  decodeEntry,
  encodeEvidence,
  equalBytes,
  openedSession,
  verifyEntries,
  type AccountId,
  type EquivocationProof,
  type Link,
  type Network,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { KEY } from "../journal/journal.ts";
import type { Clock } from "../ports/runtime.ts";
import {
  createReplicator,
  LOG_DOCUMENT_ENTRIES_MAX,
  SET_DOCUMENT_PLACES,
  type DocumentInfo,
  type PlaceInLog,
  type Refusal,
  type Replicator,
  type ReplicatorCounts,
  type SetItem,
} from "../replication/replicator.ts";
import type { Party } from "./access.ts";
import type { Replica } from "./replica.ts";
import { accountsOf } from "./taking-in.ts";

export interface DocumentFeedOptions {
  readonly network: Network;
  readonly peerId: string;
  readonly host: Replica;
  readonly party: (peer: string) => Party | undefined;
  readonly hasEntry: (peer: string, link: Link) => boolean;
  readonly hasLogTo: (peer: string, last: PlaceInLog) => boolean;
  readonly clock: Clock;
  readonly onRefused: (refusal: Refusal, peer: string) => void;
}

/** Sessions of one account that are asked for when it joins the circle. What others signed comes when it is pushed. */
const SESSIONS_FOLLOWED_MAX = 4;

/** Entries that go into documents at once before what comes is gathered: at most some ten milliseconds of work in that time. */
const AT_ONCE_MAX = 32;
/**
 * How long it is gathered. Documents make up for what the lanes missed, and tell each other no more often than ten times a second
 * anyway; and a checkpoint comes sooner than anybody misses them.
 */
const GATHER_MS = 500;

export class DocumentFeed {
  readonly #options: DocumentFeedOptions;
  readonly #replicator: Replicator;
  readonly #followed = new Set<string>();
  /** Places of which a proof was put into a document. */
  readonly #proven = new Set<string>();
  /** Entries that documents do not have yet. Bounded by what is taken in within the time that they are gathered. */
  readonly #gathered = new Map<SessionId, VerifiedEntry[]>();
  /** How many went into documents since the last time that something was gathered. */
  #publishedLately = 0;
  #cancelGathering: () => void = () => undefined;
  #isClosed = false;

  constructor(options: DocumentFeedOptions) {
    this.#options = options;
    this.#replicator = createReplicator({
      network: options.network,
      peerId: options.peerId,
      mayAccess: (peer, document) => {
        const party = options.party(peer);
        return party !== undefined && options.host.access.mayHaveDocument(party, document);
      },
      admitEntries: (session, entries, from) => this.#admitEntries(session, entries, from),
      admitItems: (account, items, from) => this.#admitItems(account, items, from),
      hasEntry: options.hasEntry,
      hasLogTo: options.hasLogTo,
      clock: options.clock,
      beforeMessage: (document) => this.#publishFor(document),
      isOver: (session, epoch) => options.host.isSettledTo(session, (epoch + 1) * LOG_DOCUMENT_ENTRIES_MAX),
      onRefused: options.onRefused,
    });
  }

  connect(peer: string, device: string, send: (message: Uint8Array) => void): ReturnType<Replicator["connect"]> {
    return this.#replicator.connect(peer, device, send);
  }

  headsOf(document: DocumentInfo): readonly string[] {
    return this.#replicator.headsOf(document);
  }

  counts(): ReplicatorCounts {
    return this.#replicator.counts();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelGathering();
    return this.#replicator.close();
  }

  // — from the journal ————————————————————————————————————————————————————

  /** At once, or where much comes gathered: a document takes many entries about as soon as one. */
  publishEntries(entries: readonly VerifiedEntry[]): void {
    for (const entry of entries) {
      const ofSession = this.#gathered.get(entry.entry.session);
      if (ofSession === undefined) this.#gathered.set(entry.entry.session, [entry]);
      else ofSession.push(entry);
    }
    if (this.#publishedLately < AT_ONCE_MAX) this.#publishGathered([...this.#gathered.keys()]);
  }

  /** What a peer is about to speak of: it sees what is here of that, and is not asked for what came by another lane. */
  #publishFor(document: DocumentInfo | undefined): void {
    if (document === undefined) this.#publishGathered([...this.#gathered.keys()]);
    else if (document.kind === "log") this.#publishGathered([document.session]);
  }

  #publishGathered(sessions: readonly SessionId[]): void {
    const entries = sessions.flatMap((session) => this.#gathered.get(session) ?? []);
    for (const session of sessions) this.#gathered.delete(session);
    if (entries.length === 0 || this.#isClosed) return;
    for (const session of sessions) this.#options.host.inBackground(this.followLog(session));
    this.#replicator.publishEntries(entries);
    this.#replicator.accessChanged();
    if (this.#publishedLately === 0)
      this.#cancelGathering = this.#options.clock.after(GATHER_MS, () => {
        this.#publishedLately = 0;
        this.#publishGathered([...this.#gathered.keys()]);
      });
    this.#publishedLately += entries.length;
  }

  /** What it said about itself, up to the document that its next control entry goes to. */
  publishAccount(account: AccountId): void {
    const next = Math.max(-1, ...this.#options.host.directory.control(account).map(({ entry }) => entry.sequence)) + 1;
    for (let epoch = 0; epoch <= epochOfPlace(next); epoch++) this.#follow({ kind: "set", account, epoch });
    this.#replicator.publishItems(account, this.#itemsOf(account));
  }

  /** After a checkpoint: what it settled to the end of an epoch needs no documents any more. */
  forgetSettled(sessions: Iterable<SessionId>): void {
    for (const session of sessions) {
      for (const epoch of this.#replicator.forgetOver(session))
        this.#followed.delete(nameOf({ kind: "log", session, epoch }));
    }
  }

  /** An account of the circle: what it said about itself, and where its newest sessions go on, for it may have been passed over. */
  followMember(account: AccountId): void {
    this.publishAccount(account);
    const sessions = this.#options.host.directory
      .control(account)
      .flatMap((control) => openedSession(control)?.id ?? []);
    for (const session of sessions.slice(-SESSIONS_FOLLOWED_MAX))
      this.#options.host.inBackground(this.followLog(session));
  }

  /** Somebody may have more, or less, than before. */
  accessChanged(): void {
    this.#replicator.accessChanged();
  }

  publishEvidence(proof: EquivocationProof): void {
    this.#replicator.freezeLog(proof.session, proof.sequence);
    // One proof of a session is enough for everybody, and a set document has room for one of each: whatever its sides are.
    const place = KEY.evidence(proof.session, proof.sequence);
    const item =
      this.#options.host.isLowestFork(proof) && !this.#proven.has(place) ? this.#evidenceItem(proof) : undefined;
    if (item !== undefined) this.#proven.add(place);
    if (item !== undefined) this.#replicator.publishItems(proof.a.entry.account, [item]);
  }

  /**
   * Follows the document that a session's next entries go to, and puts into it what is settled of its epoch. Whom that paid may
   * have it, also after a start that found it settled.
   */
  async followLog(session: SessionId): Promise<void> {
    const { host } = this.#options;
    const next = host.nextSettledSequence(session);
    const last = Math.max(next, host.undecided.ofSession(session).at(-1)?.entry.sequence ?? 0);
    const epoch = Math.floor(last / LOG_DOCUMENT_ENTRIES_MAX);
    if (!this.#follow({ kind: "log", session, epoch })) return;
    const places = { from: (epoch * LOG_DOCUMENT_ENTRIES_MAX) as Sequence, to: next as Sequence };
    const settled = await host.archive.entriesBetween(session, places, host.settled.height);
    for (const entry of settled) host.access.note(entry);
    this.#replicator.publishEntries(settled);
    this.#replicator.accessChanged();
  }

  /** Whether the document was not followed before. */
  #follow(document: DocumentInfo): boolean {
    const name = nameOf(document);
    if (this.#followed.has(name)) return false;
    this.#followed.add(name);
    this.#replicator.follow(document);
    return true;
  }

  #itemsOf(account: AccountId): readonly SetItem[] {
    const { host } = this.#options;
    const { directory } = host;
    const inception = directory.inception(account);
    const proofs = host.evidenceOf(account).flatMap((proof) => this.#evidenceItem(proof) ?? []);
    if (inception === undefined) return proofs;
    return [
      { bytes: inception.bytes, epoch: 0 },
      ...directory.control(account).map(({ entry, bytes }) => ({ bytes, epoch: epochOfPlace(entry.sequence) })),
      ...proofs,
    ];
  }

  /**
   * A proof goes where the session was opened that it is about (spec [DOC7]). Whoever has not seen it opened, as one that
   * started from a state, has no place for it, until what opened it comes.
   */
  #evidenceItem(proof: EquivocationProof): SetItem | undefined {
    const { directory } = this.#options.host;
    const opening = directory
      .control(proof.a.entry.account)
      .find((control) => openedSession(control)?.id === proof.session);
    if (opening === undefined) return undefined;
    return { bytes: encodeEvidence(proof), epoch: epochOfPlace(opening.entry.sequence) };
  }

  // — from a document —————————————————————————————————————————————————————

  async #admitEntries(
    session: SessionId,
    entries: readonly Uint8Array[],
    from: string,
  ): Promise<readonly VerifiedEntry[]> {
    const { host, network } = this.#options;
    const key = host.directory.session(session)?.key;
    if (key === undefined) return [];
    const decoded = entries.flatMap((bytes) => {
      const entry = decodeEntry(bytes, network.tag);
      return entry.ok && entry.value.entry.session === session ? [entry.value] : [];
    });
    const known = await host.knownOf(session, decoded);
    const verified = await verifyEntries(
      decoded.filter(({ link }) => !known.has(link)).map((entry) => ({ entry, key })),
    );
    const authentic = [...known.values(), ...verified.flatMap((one) => (one.ok ? [one.value] : []))];
    const report = await host.ingestEntries(authentic, from);
    return report.ok ? authentic : [];
  }

  async #admitItems(account: AccountId, items: readonly Uint8Array[], from: string): Promise<readonly SetItem[]> {
    const admitted: SetItem[] = [];
    for (const bytes of items) {
      const item = await this.#admitItem(account, bytes, from);
      if (item !== undefined) admitted.push(item);
    }
    return admitted;
  }

  /** An item is evidence, an inception or a control entry: whichever it verifies as. */
  async #admitItem(account: AccountId, bytes: Uint8Array, from: string): Promise<SetItem | undefined> {
    const { host } = this.#options;
    const proof = host.directory.verifyProof(bytes);
    if (proof !== undefined) {
      if (proof.a.entry.account !== account) return undefined;
      const taken = await host.ingestEntries([proof.a, proof.b], from);
      return taken.ok ? this.#evidenceItem(proof) : undefined;
    }
    const inception = host.directory.examine({ inception: bytes, control: [] });
    const records = inception.ok ? inception : host.directory.examineControl(bytes);
    if (!records.ok || [...accountsOf(records.value)].some((other) => other !== account)) return undefined;
    await host.introduce(records.value);
    return this.#itemsOf(account).find((item) => equalBytes(item.bytes, bytes));
  }
}

function nameOf(document: DocumentInfo): string {
  const owner = document.kind === "log" ? document.session : document.account;
  return `${document.kind}/${owner}/${document.epoch}`;
}

/** Which set document serves a place of a control log. */
function epochOfPlace(sequence: number): number {
  return Math.floor(sequence / SET_DOCUMENT_PLACES);
}
