/**
 * The guard of one document with one peer (spec [GRD2] to [GRD7]). Messages are taken one after another: changes are
 * read, their values go to the journal, what it admits goes into the document as our own change, and only what is left of
 * the message, which heads the peer has and needs, reaches automerge-repo. A refusal ends in a resynchronisation or, when
 * there are too many, in the peer being cut off from this document for as long as this connection lasts. What the journal
 * refuses an honest peer may have sent too early: of that one value is kept and tried again when something new may vouch
 * for it, and all is asked for again once it is admitted. What a peer was pushed it is not sent again, unless it asks for it
 * (spec [GRD10]).
 */
import { bytesToHex, equalBytes, limits, sha256, type Link } from "@amigos/core";
import { Quota } from "../peer/quota.ts";
import type { Clock } from "../ports/runtime.ts";
import type { LogDocument } from "./log-document.ts";
import {
  DOCUMENT_BYTES,
  DOCUMENT_MESSAGES,
  ITEM_BYTES_MAX,
  KEPT_BESIDE_MAX,
  REPEATS_MAX,
  STRIKES_MAX,
  UNADMITTED_MAX,
  WAITING_PER_DOCUMENT_MAX,
} from "./limits.ts";
import { chunkHash, readChange, type ChangeFault, type OfferedChange } from "./read-change.ts";
import type { Refusal } from "./refusal.ts";
import type { SetDocument } from "./set-document.ts";
import type { Standing } from "./standing.ts";
import {
  headsAndNeeds,
  readSyncMessage,
  RESET,
  resetWithChanges,
  withChanges,
  withoutChanges,
  type SyncMessage,
} from "./sync-message.ts";

export type SharedDocument = LogDocument | SetDocument;

export interface ExchangeHost {
  /** Journals values and publishes what was admitted. Resolves with the admitted bytes. */
  readonly admit: (document: SharedDocument, values: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;
  /** To automerge-repo: a sync message without changes. */
  readonly forward: (document: SharedDocument, type: "sync" | "request", message: Uint8Array) => void;
  /** To the peer, past automerge-repo. */
  readonly tell: (message: Uint8Array | "unavailable") => void;
  /** Whether the peer has an entry by another lane, or will before it gets what is told now. */
  readonly hasEntry: (link: Link) => boolean;
  readonly clock: Clock;
  /** The peer said which heads it has: none when it asks for all anew. */
  readonly noteHeads: (document: SharedDocument, heads: readonly string[]) => void;
  /** Whether we said first what is in the document. */
  readonly isOpened: () => boolean;
  /** So many changes of a log came. */
  readonly noteChanges: (count: number) => void;
  readonly refuse: (refusal: Refusal) => void;
  readonly cutOff: () => void;
}

type RefusedChanges = Map<
  ChangeFault | "change-not-canonical" | "not-admitted" | "log-frozen" | "document-full",
  number
>;

/** Refusals that an honest peer causes as well: no strike, no resynchronisation at once. */
const INNOCENT: ReadonlySet<string> = new Set(["not-admitted", "log-frozen", "document-full"]);

export class Exchange {
  readonly document: SharedDocument;
  readonly #host: ExchangeHost;
  #strikes = 0;
  #unadmitted = 0;
  #isCutOff = false;
  #isClosed = false;
  /** Whether a message was dropped for lack of room: the peer believes that we have what we do not. */
  #hasDropped = false;
  /** Whether a message was refused because the peer might not have the document. */
  #wasDenied = false;
  /** The first value that the journal did not admit. */
  #probe: Uint8Array | undefined;
  #isProbing = false;
  #hasJournalFailed = false;
  #hasToldFork = false;
  #hasToldSame = false;
  /** Hashes of changes that the journal has and the document does not take: it is not asked again. */
  readonly #kept = new Set<string>();
  /** Hash of the header that was let through last. */
  #last: { readonly header: Uint8Array; readonly version: number; repeats: number } | undefined;
  /** Hashes of changes that were left out, because the peer has what they carry. At most those of a document. */
  readonly #leftOut = new Set<string>();
  #mayLeaveOut = true;
  /** Header of the newest message that something was left out of. */
  #header: Uint8Array = RESET;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  readonly #messages: Quota;
  readonly #bytes: Quota;
  #cancelRetry: (() => void) | undefined;

  constructor(document: SharedDocument, host: ExchangeHost) {
    this.document = document;
    this.#host = host;
    this.#messages = new Quota(DOCUMENT_MESSAGES, host.clock.now());
    this.#bytes = new Quota(DOCUMENT_BYTES, host.clock.now());
  }

  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
  }

  /** Whether the peer may send so much of this document now. When not, it is asked for everything once it may again. */
  hasQuotaFor(bytes: number): boolean {
    if (this.#cancelRetry !== undefined) return false;
    const { clock } = this.#host;
    const waitMs = Math.max(this.#messages.take(1, clock.now()), this.#bytes.take(bytes, clock.now()));
    if (waitMs === 0) return true;
    this.#cancelRetry = clock.after(waitMs, () => {
      this.#cancelRetry = undefined;
      this.retryDropped();
    });
    return false;
  }

  /** One of automerge-repo's messages to the peer, without changes that carry what it has: the heads show whether it does. */
  withoutKnown(data: Uint8Array): Uint8Array {
    const { document } = this;
    const read = this.#mayLeaveOut && document.info.kind === "log" ? readSyncMessage(data) : undefined;
    if (read?.ok !== true || read.value.changes.length === 0) return data;
    const { header, changes } = read.value;
    const needed = changes.filter((chunk) => !this.#leaveOut(chunk));
    if (needed.length === changes.length) return data;
    this.#header = header;
    return withChanges(header, needed);
  }

  #leaveOut(chunk: Uint8Array): boolean {
    const change = readChange(chunk, limits.ENTRY_BYTES_MAX);
    if (typeof change === "string" || !("linkOf" in this.document)) return false;
    const link = this.document.linkOf(change);
    if (link === undefined || !this.#host.hasEntry(link)) return false;
    this.#leftOut.add(bytesToHex(change.hash));
    return true;
  }

  /** The peer's own words show whether it has what was left out. From when it lacks something on, nothing is. */
  #noteHas({ heads, needs, isReset }: SyncMessage): void {
    const { content } = this.document;
    this.#host.noteHeads(this.document, heads);
    if (isReset || needs.some((hash) => this.#leftOut.has(hash))) {
      this.#mayLeaveOut = false;
      const changes = isReset ? [] : content.changesOf(this.#leftOut);
      if (changes.length > 0) this.#host.tell(withChanges(this.#header, changes));
      this.#leftOut.clear();
    } else if (heads.join() === content.heads().join()) {
      this.#leftOut.clear();
      this.#tellSame(heads);
    }
  }

  /** The library says nothing to a peer that has what we have. Once it is told, it need not ask on its next connection. */
  #tellSame(heads: readonly string[]): void {
    if (this.#hasToldSame || this.#host.isOpened()) return;
    this.#hasToldSame = true;
    this.#host.tell(headsAndNeeds(heads, []));
  }

  /** A sync message as bytes. Returns what is done when it was dealt with. */
  receive(type: "sync" | "request", data: Uint8Array): Promise<void> {
    const read = readSyncMessage(data);
    if (!read.ok) {
      this.#host.refuse({ ...read.error, document: this.document.info });
      this.#strike();
      return this.#queue;
    }
    const message = read.value;
    if (this.document.info.kind === "log") this.#host.noteChanges(message.changes.length);
    if (this.#waiting === 0 && message.changes.length === 0) {
      this.#pass(type, message);
      return this.#queue;
    }
    if (this.#waiting >= WAITING_PER_DOCUMENT_MAX) {
      this.#hasDropped = true;
      this.#host.refuse({ type: "too-busy", document: this.document.info });
      return this.#queue;
    }
    this.#waiting++;
    this.#queue = this.#queue.then(async () => {
      await this.#take(type, message);
      this.#waiting--;
      this.retryDropped();
    });
    return this.#queue;
  }

  /** A message was dropped before it came here, for lack of room. */
  noteDropped(): void {
    this.#hasDropped = true;
  }

  /** There is room again. */
  retryDropped(): void {
    if (this.#hasDropped && this.#waiting === 0 && this.#cancelRetry === undefined) this.resynchronise();
  }

  noteDenied(): void {
    this.#wasDenied = true;
  }

  /** The peer may have the document, perhaps again. */
  retryDenied(): void {
    if (this.#wasDenied) this.resynchronise();
  }

  /** Something came that may vouch for what the journal refused. */
  retryRefused(): void {
    const probe = this.#probe;
    if (probe === undefined || this.#isProbing || this.#isClosed || this.#isCutOff) return;
    this.#isProbing = true;
    this.#queue = this.#queue.then(async () => {
      const admitted = await this.#host.admit(this.document, [probe]).catch(() => []);
      this.#isProbing = false;
      if (admitted.length === 0) return;
      this.#probe = undefined;
      this.#unadmitted = 0;
      this.resynchronise();
    });
  }

  /** Makes the peer forget what it sent us and say again what it has. */
  resynchronise(): void {
    if (this.#isClosed || this.#isCutOff) return;
    this.#hasDropped = false;
    this.#wasDenied = false;
    this.#last = undefined;
    this.#host.tell(RESET);
  }

  /** Shows the peer both sides of a fork, once. */
  tellFork(): void {
    if (this.#hasToldFork || this.#isClosed || this.#isCutOff || !("forkNotice" in this.document)) return;
    const notice = this.document.forkNotice();
    if (notice.length === 0) return;
    this.#hasToldFork = true;
    this.#host.tell(resetWithChanges(notice));
  }

  async #take(type: "sync" | "request", message: SyncMessage): Promise<void> {
    const refused: RefusedChanges = new Map();
    const offered = this.#read(message.changes, refused);
    const waiting: OfferedChange[] = [];
    if (offered.length > 0 && this.#unadmitted <= UNADMITTED_MAX) {
      let admitted: readonly Uint8Array[];
      try {
        admitted = await this.#host.admit(
          this.document,
          offered.map(({ value }) => value),
        );
      } catch (error) {
        this.#hasJournalFailed = true;
        this.#probe ??= offered[0]?.value;
        this.#host.refuse({
          type: "journal-failed",
          document: this.document.info,
          reason: error instanceof Error ? error.message : "unknown",
        });
        return;
      }
      // It works again: what it failed to take is asked for once more.
      if (this.#hasJournalFailed) this.#hasDropped = true;
      this.#hasJournalFailed = false;
      for (const change of offered) if (this.#judge(change, admitted, refused) === "waiting") waiting.push(change);
    }
    if (this.#isClosed || this.#isCutOff) return;
    for (const [refusal, changes] of refused)
      this.#host.refuse({ type: refusal, document: this.document.info, changes });
    if ([...refused.keys()].some((refusal) => !INNOCENT.has(refusal))) return this.#strike();
    if (refused.has("not-admitted")) this.#noteUnadmitted();
    this.#pass(type, message);
    if (waiting.length > 0) this.#askBetween(waiting, offered);
  }

  /**
   * What we have is summed up in a Bloom filter, so the peer may take us to have what we lack. The library would ask for it
   * by its hash, but it does not see the changes that came, and its filter stays as it is: so we ask (spec [GRD12]).
   */
  #askBetween(waiting: readonly OfferedChange[], offered: readonly OfferedChange[]): void {
    const here = new Set(offered.map(({ hash }) => bytesToHex(hash)));
    const lacking = waiting.map(({ previous }) => bytesToHex(previous)).filter((previous) => !here.has(previous));
    if (lacking.length > 0) this.#host.tell(headsAndNeeds(this.document.content.heads(), lacking));
  }

  /** The changes whose values the journal has to see. */
  #read(chunks: readonly Uint8Array[], refused: RefusedChanges): readonly OfferedChange[] {
    const { document } = this;
    const valueBytesMax = document.info.kind === "log" ? limits.ENTRY_BYTES_MAX : ITEM_BYTES_MAX;
    const offered: OfferedChange[] = [];
    for (const chunk of chunks) {
      const change = readChange(chunk, valueBytesMax);
      if (typeof change === "string") {
        // The genesis has the form of no entry's change, and a peer that begins anew sends it.
        if (change !== "change-malformed" || !document.isKnown(chunkHash(chunk), undefined)) count(refused, change);
      } else if (change.value.length > valueBytesMax) count(refused, "change-too-large");
      else if (!document.isKnown(change.hash, change.sequence) && !this.#kept.has(bytesToHex(change.hash)))
        offered.push(change);
    }
    return offered;
  }

  /** How it stands, and what is refused of it. */
  #judge(change: OfferedChange, admitted: readonly Uint8Array[], refused: RefusedChanges): Standing {
    const standing = this.document.standing(change);
    if (standing === "in-document") return standing;
    if (!admitted.some((value) => equalBytes(value, change.value))) {
      this.#probe ??= change.value;
      count(refused, "not-admitted");
    } else if (standing === "not-canonical") count(refused, "change-not-canonical");
    else if (standing === "frozen" || standing === "full") {
      if (this.#kept.size < KEPT_BESIDE_MAX) this.#kept.add(bytesToHex(change.hash));
      count(refused, standing === "frozen" ? "log-frozen" : "document-full");
    }
    return standing;
  }

  /** Lets the rest of a message through, unless it only says again what was answered before. */
  #pass(type: "sync" | "request", message: SyncMessage): void {
    if (this.#isClosed || this.#isCutOff) return;
    const { version } = this.document.content;
    const header = sha256(message.header);
    const last = this.#last;
    if (!message.isReset && last !== undefined && last.version === version && equalBytes(last.header, header)) {
      last.repeats++;
      if (last.repeats > REPEATS_MAX) return;
    } else {
      this.#last = { header, version, repeats: 0 };
    }
    this.#noteHas(message);
    this.#host.forward(this.document, type, withoutChanges(message));
    // A peer that asks for all again may have refused what it was shown. One that shows a fork knows it.
    if (message.isReset && message.changes.length === 0) this.#hasToldFork = false;
    this.tellFork();
  }

  #strike(): void {
    this.#strikes++;
    if (this.#strikes > STRIKES_MAX) this.#cutOff();
    else this.resynchronise();
  }

  #noteUnadmitted(): void {
    this.#unadmitted++;
    if (this.#unadmitted > UNADMITTED_MAX)
      this.#host.refuse({ type: "document-suspended", document: this.document.info });
  }

  #cutOff(): void {
    if (this.#isCutOff) return;
    this.#isCutOff = true;
    this.#host.refuse({ type: "document-cut-off", document: this.document.info });
    this.#host.tell("unavailable");
    this.#host.cutOff();
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
