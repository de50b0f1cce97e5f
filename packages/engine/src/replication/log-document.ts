/**
 * A log document: the entries of one session and epoch in order of sequence (spec [DOC3] to [DOC5]). It grows at its end
 * alone; entries that come early wait for the gap to fill. A fork freezes it: it keeps what lies before the fork, the
 * same on every replica whichever branch it saw first, and takes nothing at or beyond it (spec [GRD8]).
 */
import { bytesToHex, equalBytes, type Link, type Sequence, type SessionId, type VerifiedEntry } from "@amigos/core";
import type { AutomergeDocument } from "./automerge-document.ts";
import { createLogChanges, type CanonicalChange } from "./canonical-change.ts";
import type { DocumentInfo } from "./document-id.ts";
import { genesisOf } from "./genesis.ts";
import { LOG_DOCUMENT_ENTRIES_MAX } from "./limits.ts";
import type { OfferedChange } from "./read-change.ts";
import type { Standing } from "./standing.ts";

type LogInfo = Extract<DocumentInfo, { kind: "log" }>;

/** One entry of a log. */
export interface PlaceInLog {
  readonly session: SessionId;
  readonly sequence: Sequence;
  readonly link: Link;
}

/** Both sides of a fork are told to peers; a third branch proves nothing more. */
const BRANCHES_MAX = 2;

export class LogDocument {
  readonly info: LogInfo;
  readonly content: AutomergeDocument;
  readonly #change: ReturnType<typeof createLogChanges>;
  readonly #links: Link[] = [];
  readonly #hashes: Uint8Array[] = [];
  /** By position: entries whose predecessors are not here yet. At most one each, so at most a document. */
  readonly #waiting = new Map<number, VerifiedEntry>();
  /** The first position that is frozen. */
  #frozenAt = LOG_DOCUMENT_ENTRIES_MAX;
  /** The entries at the fork, by their hex. */
  readonly #branches = new Map<string, Uint8Array>();

  constructor(info: LogInfo, content: AutomergeDocument) {
    this.info = info;
    this.content = content;
    this.#change = createLogChanges(info.session, info.epoch);
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get isFrozen(): boolean {
    return this.#frozenAt < LOG_DOCUMENT_ENTRIES_MAX;
  }

  /** The newest entry that is in it. */
  get last(): PlaceInLog | undefined {
    const link = this.#links.at(-1);
    if (link === undefined) return undefined;
    const sequence = (this.info.epoch * LOG_DOCUMENT_ENTRIES_MAX + this.#links.length - 1) as Sequence;
    return { session: this.info.session, sequence, link };
  }

  /**
   * Takes entries of this session and epoch, in any order, known ones too. Returns the lowest position at which they fork
   * the log, if they do: this document is then frozen there, and the caller freezes every later epoch.
   */
  publish(entries: readonly VerifiedEntry[]): number | undefined {
    let fork: number | undefined;
    for (const entry of entries) {
      const position = this.#positionOf(entry);
      const other = this.#file(position, entry);
      if (other === undefined) continue;
      this.freezeAt(position, [other, entry.bytes]);
      fork = position;
    }
    this.#appendReady();
    return fork;
  }

  /** Freezes from a position on. Returns whether that changed anything. */
  freezeAt(position: number, branches: readonly Uint8Array[] = []): boolean {
    if (position >= this.#frozenAt) return false;
    const known = this.#waiting.get(position)?.bytes ?? this.content.entryAt(position);
    this.#frozenAt = position;
    // What was known of a later fork says nothing about this one.
    this.#branches.clear();
    for (const branch of known === undefined ? branches : [known, ...branches]) this.#noteBranch(branch);
    for (const early of [...this.#waiting.keys()]) if (early >= position) this.#waiting.delete(early);
    if (this.#links.length > position) {
      this.#links.length = position;
      this.#hashes.length = position;
      this.content.keepFirst(position);
    }
    return true;
  }

  /** Changes that carry both sides of the fork, or nothing while only one is known. */
  forkNotice(): readonly Uint8Array[] {
    if (!this.isFrozen || this.#branches.size < BRANCHES_MAX) return [];
    const previous = this.#hashBefore(this.#frozenAt);
    return [...this.#branches.values()].map((entry) => this.#change(this.#frozenAt, previous, entry).bytes);
  }

  /** Whether the journal need not be asked about an offered change, because this very change is here. */
  isKnown(hash: Uint8Array, sequence: number | undefined): boolean {
    if (sequence === undefined) return equalBytes(hash, genesisOf("log").hash);
    const known = this.#hashes[sequence - 1];
    return known !== undefined && equalBytes(known, hash);
  }

  /** The link of the entry that one of our own changes carries. */
  linkOf({ sequence }: Pick<OfferedChange, "sequence">): Link | undefined {
    return this.#links[sequence - 1];
  }

  /** How an offered change stands after the journal admitted its entry. */
  standing(offered: OfferedChange): Standing {
    const position = offered.sequence - 1;
    if (position < 0 || position >= LOG_DOCUMENT_ENTRIES_MAX) return "not-canonical";
    if (position >= this.#frozenAt) return "frozen";
    const known = this.#hashes[position];
    if (known !== undefined) return equalBytes(known, offered.hash) ? "in-document" : "not-canonical";
    const early = this.#waiting.get(position);
    return early !== undefined && equalBytes(early.bytes, offered.value) ? "waiting" : "not-canonical";
  }

  #positionOf({ entry }: VerifiedEntry): number {
    return entry.sequence - this.info.epoch * LOG_DOCUMENT_ENTRIES_MAX;
  }

  /** Files an entry. Returns the other entry that has its place, if there is one. */
  #file(position: number, entry: VerifiedEntry): Uint8Array | undefined {
    if (position > this.#frozenAt) return undefined;
    if (position === this.#frozenAt) {
      this.#noteBranch(entry.bytes);
      return undefined;
    }
    const early = this.#waiting.get(position);
    const link = this.#links[position] ?? early?.link;
    if (link === undefined) {
      this.#waiting.set(position, entry);
      return undefined;
    }
    return link === entry.link ? undefined : (early?.bytes ?? this.content.entryAt(position));
  }

  #appendReady(): void {
    const changes: CanonicalChange[] = [];
    for (
      let next = this.#waiting.get(this.#links.length);
      next !== undefined;
      next = this.#waiting.get(this.#links.length)
    ) {
      const position = this.#links.length;
      this.#waiting.delete(position);
      const before = this.#links[position - 1];
      // Names another predecessor than the one before it: not of this log as we know it.
      if (before !== undefined && next.entry.previous !== before) break;
      const change = this.#change(position, this.#hashBefore(position), next.bytes);
      this.#links.push(next.link);
      this.#hashes.push(change.hash);
      changes.push(change);
    }
    this.content.append(changes);
  }

  #hashBefore(position: number): Uint8Array {
    return this.#hashes[position - 1] ?? genesisOf("log").hash;
  }

  #noteBranch(entry: Uint8Array): void {
    if (this.#branches.size < BRANCHES_MAX) this.#branches.set(bytesToHex(entry), entry);
  }
}
