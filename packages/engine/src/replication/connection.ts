/**
 * Everything one authenticated peer sends on one connection comes in here (spec [GRD1], [GRD6]). Finds the document that
 * a message is about, asks whether the peer may have it, and hands the message to the exchange of that document. What is
 * about no document of ours leaves nothing behind but a count.
 */
import type { Clock } from "../ports/runtime.ts";
import { ASKED_MAX, DENIED_MAX, WAITING_BYTES_MAX } from "./limits.ts";
import type { DocumentInfo } from "./document-id.ts";
import type { DocumentName } from "./document-name.ts";
import { decodeFrame, encodeFrame, type DocumentKey, type Frame } from "./frame.ts";
import { Exchange, type ExchangeHost, type SharedDocument } from "./exchange.ts";
import type { Refusal } from "./refusal.ts";

export interface ConnectionHost {
  readonly find: (key: DocumentKey) => SharedDocument | undefined;
  readonly mayAccess: (document: DocumentInfo) => boolean;
  readonly admit: ExchangeHost["admit"];
  readonly forward: ExchangeHost["forward"];
  readonly hasEntry: ExchangeHost["hasEntry"];
  readonly noteHeads: ExchangeHost["noteHeads"];
  readonly noteChanges: ExchangeHost["noteChanges"];
  /** Whether the peer is known to have all that is in a document (spec [GRD11]). */
  readonly isLevel: (document: SharedDocument) => boolean;
  readonly send: (message: Uint8Array) => void;
  readonly clock: Clock;
  readonly onRefused: (refusal: Refusal) => void;
  readonly onCutOff: () => void;
}

export class Connection {
  readonly #host: ConnectionHost;
  readonly #exchanges = new Map<DocumentKey, Exchange>();
  /** What the repo was last told about this peer's access. */
  #allowed = new Set<DocumentKey>();
  /** Documents of which we said first what is in them. */
  readonly #opened = new Set<DocumentKey>();
  /** Documents that the peer has said something about, or need not. */
  readonly #answered = new Set<DocumentKey>();
  /** Documents that it asked for before they were here. */
  readonly #asked = new Set<DocumentKey>();
  /** Whether it did not take everything that it was taken to have. */
  #isInDoubt = false;
  #isClosed = false;
  #waitingBytes = 0;
  /** Documents that it asked for and might not have. */
  #denied = 0;

  constructor(host: ConnectionHost) {
    this.#host = host;
  }

  receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const decoded = decodeFrame(bytes);
    if (!decoded.ok) return this.#host.onRefused({ type: "message-malformed", error: decoded.error });
    const frame = decoded.value;
    if (this.#allowed.has(frame.document)) this.#answered.add(frame.document);
    // Every document of ours exists from its genesis on, so a peer that lacks one changes nothing here.
    if (frame.type === "doc-unavailable") return;
    const document = this.#host.find(frame.document);
    if (document === undefined) {
      this.#host.onRefused({ type: "document-unknown", id: frame.document });
      if (this.#asked.size < ASKED_MAX) this.#asked.add(frame.document);
      else this.doubt();
      return this.#send({ type: "doc-unavailable", document: frame.document });
    }
    this.#receiveFor(document, frame);
  }

  /** A sync message to this peer, of the repo. */
  sendOfRepo(name: DocumentName, type: "sync" | "request", data: Uint8Array): void {
    // To a peer that has said nothing of the document yet the repo sends no changes.
    this.#sendData(name, type, this.#exchanges.get(name.key)?.withoutKnown(data) ?? data);
  }

  /** The same of the guard. */
  #sendData(name: DocumentName, type: "sync" | "request", data: Uint8Array): void {
    if (this.mayAccess(name)) this.#send({ type, document: name.key, data });
  }

  mayAccess({ key, info }: DocumentName): boolean {
    return !this.#isClosed && this.#exchanges.get(key)?.isCutOff !== true && this.#host.mayAccess(info);
  }

  /** Whether it is for us to say first what is in a document, and from then on whatever is new in it. */
  mustOpen(document: SharedDocument): boolean {
    const { name } = document.content;
    if (!this.mayAccess(name)) return false;
    if (this.#opened.has(name.key)) return true;
    if (!this.#isInDoubt && !this.#asked.has(name.key) && this.#host.isLevel(document)) {
      this.#answered.add(name.key);
      return false;
    }
    this.#asked.delete(name.key);
    this.#opened.add(name.key);
    return true;
  }

  /** The peer refused something that it was pushed, or asked for more than is remembered: from now on every document is opened. */
  doubt(): void {
    this.#isInDoubt = true;
  }

  /** A document is new here. */
  noteOpened(name: DocumentName): void {
    if (this.mayAccess(name)) this.#allowed.add(name.key);
  }

  /** A document is over. What the peer says of it from now on is about none of ours. */
  forget({ key }: DocumentName): void {
    this.#exchanges.get(key)?.close();
    this.#exchanges.delete(key);
    this.#allowed.delete(key);
    this.#opened.delete(key);
    this.#answered.delete(key);
  }

  counts(): { readonly known: number; readonly done: number } {
    let done = 0;
    for (const key of this.#answered) if (this.#allowed.has(key)) done++;
    return { known: this.#allowed.size, done };
  }

  /** Looks again at who may have what. Returns whether it differs from the last look. */
  reviewAccess(documents: Iterable<SharedDocument>): boolean {
    const before = this.#allowed;
    this.#allowed = new Set();
    let isDifferent = false;
    for (const { content } of documents) {
      if (!this.mayAccess(content.name)) continue;
      this.#allowed.add(content.name.key);
      isDifferent ||= !before.has(content.name.key);
    }
    return isDifferent || this.#allowed.size !== before.size;
  }

  /** What was refused because nothing vouched for it may be welcome now. */
  retryRefused(): void {
    for (const exchange of this.#accessible()) exchange.retryRefused();
  }

  /** What was refused because it was denied may be welcome now. */
  retryDenied(): void {
    for (const exchange of this.#accessible()) exchange.retryDenied();
  }

  /** Shows a fork to a peer that takes part in the document. One that does not yet is shown it when it does. */
  tellFork({ content }: SharedDocument): void {
    this.#exchanges.get(content.name.key)?.tellFork();
  }

  close(): void {
    this.#isClosed = true;
    for (const exchange of this.#exchanges.values()) exchange.close();
  }

  #receiveFor(document: SharedDocument, { type, data }: Exclude<Frame, { type: "doc-unavailable" }>): void {
    const isAllowed = this.#host.mayAccess(document.info);
    // Who asks for everything that there is leaves no more behind than who asks for what it may have.
    const isRemembered = isAllowed || this.#exchanges.has(document.content.name.key) || this.#denied++ < DENIED_MAX;
    const exchange = isRemembered ? this.#exchangeOf(document) : undefined;
    if (exchange?.isCutOff === true) return;
    if (exchange === undefined || !isAllowed) {
      exchange?.noteDenied();
      this.#host.onRefused({ type: "document-denied", document: document.info });
      return this.#send({ type: "doc-unavailable", document: document.content.name.key });
    }
    if (!exchange.hasQuotaFor(data.length) || this.#waitingBytes + data.length > WAITING_BYTES_MAX) {
      exchange.noteDropped();
      return this.#host.onRefused({ type: "too-busy", document: document.info });
    }
    this.#waitingBytes += data.length;
    void exchange.receive(type, data).finally(() => {
      this.#waitingBytes -= data.length;
      if (this.#waitingBytes === 0) for (const other of this.#accessible()) other.retryDropped();
    });
  }

  #exchangeOf(document: SharedDocument): Exchange {
    const { name } = document.content;
    const { key } = name;
    const known = this.#exchanges.get(key);
    if (known !== undefined) return known;
    const exchange = new Exchange(document, {
      admit: this.#host.admit,
      forward: this.#host.forward,
      hasEntry: this.#host.hasEntry,
      noteHeads: this.#host.noteHeads,
      noteChanges: this.#host.noteChanges,
      isOpened: () => this.#opened.has(key),
      clock: this.#host.clock,
      tell: (message) => {
        if (message === "unavailable") this.#send({ type: "doc-unavailable", document: key });
        else this.#sendData(name, "sync", message);
      },
      refuse: this.#host.onRefused,
      cutOff: this.#host.onCutOff,
    });
    this.#exchanges.set(key, exchange);
    return exchange;
  }

  #accessible(): readonly Exchange[] {
    return [...this.#exchanges.values()].filter(({ document }) => this.mayAccess(document.content.name));
  }

  #send(frame: Frame): void {
    if (!this.#isClosed) this.#host.send(encodeFrame(frame));
  }
}
