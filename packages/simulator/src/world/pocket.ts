/**
 * What a phone carries: signed entries that no checkpoint it knows has decided, its own and others'. Two entries at one place
 * are evidence, whichever came first.
 */
import { proveEquivocation, type EquivocationProof, type Link, type SessionId, type VerifiedEntry } from "@amigos/core";

/** As many as the engine lets strangers make a phone hold of one log, and of all logs together. */
const PER_SESSION_MAX = 256;
const ENTRIES_MAX = 4096;

export class Pocket {
  readonly #logs = new Map<SessionId, VerifiedEntry[]>();
  readonly #links = new Set<Link>();
  readonly #evidence = new Map<SessionId, EquivocationProof>();

  get size(): number {
    return this.#links.size;
  }

  has(link: Link): boolean {
    return this.#links.has(link);
  }

  /** In order of places. */
  ofSession(session: SessionId): readonly VerifiedEntry[] {
    return this.#logs.get(session) ?? NOTHING;
  }

  sessions(): IterableIterator<SessionId> {
    return this.#logs.keys();
  }

  *all(): Generator<VerifiedEntry> {
    for (const log of this.#logs.values()) yield* log;
  }

  evidenceOf(session: SessionId): EquivocationProof | undefined {
    return this.#evidence.get(session);
  }

  get evidence(): readonly EquivocationProof[] {
    return [...this.#evidence.values()];
  }

  /** What is here and not there, at most so many. Two phones that meet compare all they hold, so this is written to be quick. */
  lackedBy(other: Pocket, max: number): readonly VerifiedEntry[] {
    const lacked: VerifiedEntry[] = [];
    for (const log of this.#logs.values())
      for (const entry of log) {
        if (other.#links.has(entry.link)) continue;
        lacked.push(entry);
        if (lacked.length === max) return lacked;
      }
    return lacked;
  }

  /** Returns a proof when this entry and one that was there before are one, and the session had none yet. */
  keep(entry: VerifiedEntry): EquivocationProof | undefined {
    const { session, sequence } = entry.entry;
    const log = this.#logs.get(session) ?? [];
    if (this.#links.has(entry.link) || log.length >= PER_SESSION_MAX || this.#links.size >= ENTRIES_MAX)
      return undefined;
    this.#links.add(entry.link);
    let index = log.length;
    while (index > 0 && (log[index - 1] as VerifiedEntry).entry.sequence > sequence) index--;
    log.splice(index, 0, entry);
    this.#logs.set(session, log);
    const rival = log[index - 1];
    if (rival?.entry.sequence !== sequence || this.#evidence.has(session)) return undefined;
    const proof = proveEquivocation(rival, entry);
    return proof.ok ? this.noteEvidence(proof.value) : undefined;
  }

  /** Returns the proof when the session had none yet. */
  noteEvidence(proof: EquivocationProof): EquivocationProof | undefined {
    if (this.#evidence.has(proof.session)) return undefined;
    this.#evidence.set(proof.session, proof);
    return proof;
  }

  /** Lets go of what a checkpoint has decided. */
  drop(isDecided: (entry: VerifiedEntry) => boolean): void {
    for (const [session, log] of this.#logs) {
      const left = log.filter((entry) => !isDecided(entry));
      if (left.length === log.length) continue;
      for (const entry of log) if (isDecided(entry)) this.#links.delete(entry.link);
      if (left.length === 0) this.#logs.delete(session);
      else this.#logs.set(session, left);
    }
  }

  /** A thief's copy. */
  clone(): Pocket {
    const clone = new Pocket();
    for (const [session, log] of this.#logs) clone.#logs.set(session, [...log]);
    for (const link of this.#links) clone.#links.add(link);
    for (const [session, proof] of this.#evidence) clone.#evidence.set(session, proof);
    return clone;
  }
}

const NOTHING: readonly VerifiedEntry[] = [];
