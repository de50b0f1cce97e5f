/**
 * The entries that no checkpoint has decided yet, by session and place. Small by bound: `UNSETTLED_PER_SESSION_MAX` for
 * each session. Two entries at one place are both kept: that is what evidence is made of.
 */
import {
  limits,
  type AccountId,
  type EntryId,
  type Link,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { KEY } from "../journal/journal.ts";

/** Where an undecided entry lies in the journal. */
export function undecidedKey({ entry, link }: VerifiedEntry): string {
  return KEY.undecided(entry.session, entry.sequence, link);
}

/** A ledger is followed with thousands of entries of sessions that have nothing undecided here. */
const NOTHING: readonly VerifiedEntry[] = [];

/** What is asked of it by who examines something new. */
export type UndecidedView = Pick<Undecided, "has" | "get" | "at" | "size" | "hasRoom" | "countOf">;

export class Undecided {
  readonly #bySession = new Map<SessionId, Map<Link, VerifiedEntry>>();
  /** Under the signature that came last; all of them go together. */
  readonly #byId = new Map<EntryId, VerifiedEntry>();
  readonly #countByAccount = new Map<AccountId, number>();
  #count = 0;

  has(session: SessionId, link: Link): boolean {
    return this.#bySession.get(session)?.has(link) ?? false;
  }

  get(session: SessionId, link: Link): VerifiedEntry | undefined {
    return this.#bySession.get(session)?.get(link);
  }

  byId(id: EntryId): VerifiedEntry | undefined {
    return this.#byId.get(id);
  }

  get size(): number {
    return this.#count;
  }

  /** How many entries a session has here, every signed variant counted. */
  sizeOf(session: SessionId): number {
    return this.#bySession.get(session)?.size ?? 0;
  }

  /** Whether `more` entries of a session fit its bound. */
  hasRoom(session: SessionId, more: number): boolean {
    return this.sizeOf(session) + more <= limits.UNSETTLED_PER_SESSION_MAX;
  }

  add(entry: VerifiedEntry): void {
    const session = this.#bySession.get(entry.entry.session) ?? new Map<Link, VerifiedEntry>();
    this.#bySession.set(entry.entry.session, session);
    if (session.has(entry.link)) return;
    session.set(entry.link, entry);
    this.#byId.set(entry.id, entry);
    this.#add(entry.entry.account, 1);
  }

  remove(entry: VerifiedEntry): void {
    const session = this.#bySession.get(entry.entry.session);
    if (session?.delete(entry.link) !== true) return;
    if (this.#byId.get(entry.id)?.link === entry.link) this.#byId.delete(entry.id);
    this.#add(entry.entry.account, -1);
    if (session.size === 0) this.#bySession.delete(entry.entry.session);
  }

  /** The same for an account. */
  countOf(account: AccountId): number {
    return this.#countByAccount.get(account) ?? 0;
  }

  /** Sends a session to the back: what could not be decided now does not stand in the way of what can. */
  postpone(session: SessionId): void {
    const entries = this.#bySession.get(session);
    if (entries === undefined) return;
    this.#bySession.delete(session);
    this.#bySession.set(session, entries);
  }

  /** In order of sequence. */
  ofSession(session: SessionId): readonly VerifiedEntry[] {
    return [...(this.#bySession.get(session)?.values() ?? [])].toSorted((a, b) => a.entry.sequence - b.entry.sequence);
  }

  at(session: SessionId, sequence: Sequence): readonly VerifiedEntry[] {
    const entries = this.#bySession.get(session);
    return entries === undefined ? NOTHING : [...entries.values()].filter((entry) => entry.entry.sequence === sequence);
  }

  /** Every signed variant of an entry. */
  variantsOf({ id, entry }: VerifiedEntry): readonly VerifiedEntry[] {
    if (!this.#bySession.has(entry.session)) return NOTHING;
    return this.at(entry.session, entry.sequence).filter((other) => other.id === id);
  }

  ofAccount(account: AccountId): readonly VerifiedEntry[] {
    return this.all().filter((entry) => entry.entry.account === account);
  }

  sessions(): readonly SessionId[] {
    return [...this.#bySession.keys()];
  }

  all(): readonly VerifiedEntry[] {
    return [...this.#bySession.keys()].flatMap((session) => this.ofSession(session));
  }

  #add(account: AccountId, more: 1 | -1): void {
    this.#count += more;
    const count = this.countOf(account) + more;
    if (count === 0) this.#countByAccount.delete(account);
    else this.#countByAccount.set(account, count);
  }
}

/**
 * What is undecided here, and with it what is being taken in and is not durable yet. Only who examines what came after that sees
 * both: everybody else knows of it when it is durable.
 */
export class UndecidedWithArriving implements UndecidedView {
  readonly #known: Undecided;
  readonly #arriving = new Undecided();

  constructor(known: Undecided) {
    this.#known = known;
  }

  add(entries: readonly VerifiedEntry[]): void {
    for (const entry of entries) this.#arriving.add(entry);
  }

  /** What is being taken in of a session. */
  arrivingOf(session: SessionId): readonly VerifiedEntry[] {
    return this.#arriving.ofSession(session);
  }

  has(session: SessionId, link: Link): boolean {
    return this.#known.has(session, link) || this.#arriving.has(session, link);
  }

  get(session: SessionId, link: Link): VerifiedEntry | undefined {
    return this.#known.get(session, link) ?? this.#arriving.get(session, link);
  }

  at(session: SessionId, sequence: Sequence): readonly VerifiedEntry[] {
    return [...this.#known.at(session, sequence), ...this.#arriving.at(session, sequence)];
  }

  get size(): number {
    return this.#known.size + this.#arriving.size;
  }

  hasRoom(session: SessionId, more: number): boolean {
    return this.#known.hasRoom(session, this.#arriving.sizeOf(session) + more);
  }

  countOf(account: AccountId): number {
    return this.#known.countOf(account) + this.#arriving.countOf(account);
  }
}
