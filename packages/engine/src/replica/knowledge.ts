/**
 * What a replica knows: the journal, as far as it is held in memory. Everything here was durable before it came here, and
 * changes only in the replica's steps, one after the other.
 */
import type { AccountId, DecodedEntry, Height, Link, Network, Sequence, SessionId, VerifiedEntry } from "@amigos/core";
import { accountOf, createGenesisState, sessionOf, type LedgerState } from "@amigos/reconcile";
import type { Store } from "../ports/store.ts";
import { Access } from "./access.ts";
import { Archive } from "./archive.ts";
import { Directory } from "./directory.ts";
import { Evidence } from "./evidence.ts";
import { mayBeSettled, mayBeSettledOf, type PlaceOfAccount } from "./places-asked-for.ts";
import { Recoveries } from "./recoveries.ts";
import { Registrations } from "./registrations.ts";
import type { Start } from "./start.ts";
import { Undecided } from "./undecided.ts";

export class Knowledge {
  readonly network: Network;
  readonly directory: Directory;
  readonly registrations: Registrations;
  readonly recoveries: Recoveries;
  readonly undecided: Undecided = new Undecided();
  readonly evidence: Evidence = new Evidence();
  readonly archive: Archive;
  readonly access: Access;
  settled: LedgerState;
  #start: LedgerState | undefined;

  /** `account`: whose replica it is. */
  constructor(network: Network, store: Store, account?: AccountId) {
    this.network = network;
    this.directory = new Directory(network, (id) => accountOf(this.settled, id));
    this.registrations = new Registrations(this.directory);
    this.recoveries = new Recoveries(account);
    this.archive = new Archive(store, network);
    this.access = new Access({ ownerOf: (session) => this.directory.session(session)?.account, account });
    this.settled = createGenesisState(network);
  }

  /** The state that this replica started from, if it did not replay what was before it (spec [DEV6]). */
  get start(): LedgerState | undefined {
    return this.#start;
  }

  /** Goes on from a state: when it is durable, and when the journal is opened. */
  startFrom({ state }: Pick<Start, "state">): void {
    this.#start = state;
    this.settled = state;
    this.archive.start = state.height;
    this.directory.meetAll(state);
    this.registrations.reviewAll(state);
  }

  /** What was before the start is here now, replayed. */
  endStart(): void {
    this.#start = undefined;
    this.archive.start = 0 as Height;
  }

  /**
   * Whether a place was decided before the start, and what was decided there is not here: nobody here can tell whether an
   * entry of that place is the settled one.
   */
  async isForgotten(place: PlaceOfAccount): Promise<boolean> {
    const { account, session, sequence } = place;
    const known = this.#start && sessionOf(this.#start, account, session);
    if (known === undefined || sequence >= known.nextSequence) return false;
    return (await this.archive.entriesAt(session, sequence, this.settled.height)).length === 0;
  }

  /** Whether something can have been settled at a place before the start. */
  mayBeBeforeStart(place: PlaceOfAccount): boolean {
    return this.#start !== undefined && mayBeSettled(this.#start, place);
  }

  /** Settled entries at a place. */
  async settledAt(session: SessionId, sequence: Sequence): Promise<readonly VerifiedEntry[]> {
    return this.maySettle(session)(sequence) ? this.archive.entriesAt(session, sequence, this.settled.height) : [];
  }

  /** At which places of a log something may be settled: only where it has passed, and where nothing there counts any more. */
  maySettle(session: SessionId): (sequence: Sequence) => boolean {
    const account = this.directory.session(session)?.account;
    return account === undefined ? () => false : mayBeSettledOf(this.settled, account, session);
  }

  /** Those of some entries of a session that are here, settled or not, by their links. */
  async knownOf(session: SessionId, entries: readonly DecodedEntry[]): Promise<ReadonlyMap<Link, VerifiedEntry>> {
    const known = new Map<Link, VerifiedEntry>();
    for (const { entry, link } of entries) {
      const here = [
        ...this.undecided.at(session, entry.sequence),
        ...(await this.settledAt(session, entry.sequence)),
      ].find((other) => other.link === link);
      if (here !== undefined) known.set(link, here);
    }
    return known;
  }

  /** Whether a session's log has passed a place, or is frozen before it, as far as the ledger is known here. */
  isSettledTo(session: SessionId, place: number): boolean {
    const account = this.directory.session(session)?.account;
    const known = account === undefined ? undefined : sessionOf(this.settled, account, session);
    return known !== undefined && (known.nextSequence >= place || (known.frozenFrom ?? place) < place);
  }

  /** The sequence that a session's first undecided entry has, as far as the ledger is known here. */
  nextSettledSequence(session: SessionId): number {
    const account = this.directory.session(session)?.account;
    return account === undefined ? 0 : (sessionOf(this.settled, account, session)?.nextSequence ?? 0);
  }
}
