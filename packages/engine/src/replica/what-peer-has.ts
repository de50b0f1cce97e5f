/**
 * What one peer has of what is undecided here, as far as its connection has shown (spec [PEER5], [PEER12], [CIR4]): what it
 * said it has when it began, what it was pushed, and what it sent. So nothing is sent to it twice, nor back to where it came
 * from, and what vouches for a session once.
 *
 * Bounded by what is known here, and by one message of the peer's: links are of undecided entries, sessions of known ones.
 */
import type { Link, SessionId, VerifiedEntry } from "@amigos/core";
import type { LogHead } from "../peer/messages.ts";
import type { Undecided } from "./undecided.ts";

export class WhatPeerHas {
  readonly #undecided: Undecided;
  readonly #links = new Set<Link>();
  /** How far it said that its logs go, of those that we have not seen to be so. */
  readonly #claims = new Map<SessionId, LogHead>();
  /** Sessions that it needs nothing to vouch for. */
  readonly #sessions = new Set<SessionId>();
  /** Sessions of which it was pushed entries with nothing that vouches for them. */
  readonly #bare = new Set<SessionId>();
  #isInDoubt = false;
  #hasSpoken = false;

  constructor(undecided: Undecided) {
    this.#undecided = undecided;
  }

  /** Whether it has said what it has, or something else and so nothing of it. Before that nothing is pushed to it. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  noteSpoken(): void {
    this.#hasSpoken = true;
  }

  /** It said how far its logs go. */
  noteHeads(heads: readonly LogHead[]): void {
    this.#claims.clear();
    for (const head of heads) {
      this.#claims.set(head.session, head);
      this.#sessions.add(head.session);
    }
  }

  /** What vouches for a session was said to it, or it knows by itself. */
  noteSession(session: SessionId): void {
    this.#sessions.add(session);
  }

  /** It sent an entry, and so has what lies before it too. Returns what of that is news. */
  noteHeard(entry: VerifiedEntry): readonly VerifiedEntry[] {
    this.#sessions.add(entry.entry.session);
    return this.#noteWithAllBefore(entry);
  }

  has(link: Link): boolean {
    return this.#links.has(link);
  }

  /**
   * What it lacks of a session, in order. Nothing of a log that goes further there than here: what lies beyond shows, when it
   * comes, whether it is the same log. `news`: what it turns out to have.
   */
  lacks(session: SessionId): { readonly lacking: readonly VerifiedEntry[]; readonly news: readonly VerifiedEntry[] } {
    let news: readonly VerifiedEntry[] = [];
    const entries = this.#undecided.ofSession(session);
    const claim = this.#claims.get(session);
    if (claim !== undefined) {
      const head = this.#undecided.get(session, claim.link);
      const last = entries.at(-1);
      if (head === undefined && last !== undefined && last.entry.sequence < claim.sequence)
        return { lacking: [], news };
      this.#claims.delete(session);
      if (head !== undefined) news = this.#noteWithAllBefore(head);
    }
    return { lacking: entries.filter(({ link }) => !this.#links.has(link)), news };
  }

  /** It is pushed what it lacked. Returns whether that needs to come with what vouches for the session. */
  notePushed(session: SessionId, entries: readonly VerifiedEntry[]): boolean {
    for (const { link } of entries) this.#links.add(link);
    const isVouched = this.#sessions.has(session) && !this.#isInDoubt;
    if (isVouched) this.#bare.add(session);
    else this.#sessions.add(session);
    return !isVouched;
  }

  /**
   * It did not take something for lack of what vouches for it. Returns the sessions to push again, in full: once on one
   * connection, for from now on everything comes with what vouches for it.
   */
  noteUnvouched(): readonly SessionId[] {
    const bare = [...this.#bare];
    if (bare.length === 0) return bare;
    this.#isInDoubt = true;
    this.#bare.clear();
    for (const session of bare) for (const { link } of this.#undecided.ofSession(session)) this.#links.delete(link);
    return bare;
  }

  /** It may take all of it now, and may have none. */
  forgetAll(): void {
    this.#links.clear();
    this.#claims.clear();
    this.#sessions.clear();
    this.#bare.clear();
  }

  /** Decided entries are pushed to nobody. */
  forget(entries: readonly VerifiedEntry[]): void {
    if (this.#links.size > 0) for (const { link } of entries) this.#links.delete(link);
  }

  #noteWithAllBefore({ entry: { session }, link }: VerifiedEntry): readonly VerifiedEntry[] {
    const news: VerifiedEntry[] = [];
    let before: VerifiedEntry | undefined = this.#undecided.get(session, link);
    while (before !== undefined && !this.#links.has(before.link)) {
      this.#links.add(before.link);
      news.push(before);
      before = this.#undecided.get(session, before.entry.previous);
    }
    return news;
  }
}

/** The newest entry of what is undecided of a log without a gap from `next`, its next place in the ledger, and without a fork. */
export function headOf(undecided: Undecided, session: SessionId, next: number): LogHead | undefined {
  let head: VerifiedEntry | undefined;
  const entries = undecided.ofSession(session);
  for (const [index, candidate] of entries.entries()) {
    const { sequence, previous } = candidate.entry;
    const isForked = entries[index + 1]?.entry.sequence === sequence;
    if (isForked || sequence !== next + index || (head !== undefined && previous !== head.link)) break;
    head = candidate;
  }
  return head === undefined ? undefined : { session, sequence: head.entry.sequence, link: head.link };
}
