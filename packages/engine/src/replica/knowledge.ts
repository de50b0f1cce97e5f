/**
 * What a replica knows: the journal, as far as it is held in memory. Everything here was durable before it came here, and
 * changes only in the replica's steps, one after the other.
 */
import type { AccountId, Network, Sequence, SessionId, VerifiedEntry } from "@amigos/core";
import { accountOf, createGenesisState, sessionOf, type LedgerState } from "@amigos/reconcile";
import type { Store } from "../ports/store.ts";
import { Access } from "./access.ts";
import { Archive } from "./archive.ts";
import { Directory } from "./directory.ts";
import { Evidence } from "./evidence.ts";
import { Registrations } from "./registrations.ts";
import { Undecided } from "./undecided.ts";

export class Knowledge {
  readonly network: Network;
  readonly directory: Directory;
  readonly registrations: Registrations;
  readonly undecided: Undecided = new Undecided();
  readonly evidence: Evidence = new Evidence();
  readonly archive: Archive;
  readonly access: Access;
  settled: LedgerState;

  /** `account`: whose replica it is. */
  constructor(network: Network, store: Store, account?: AccountId) {
    this.network = network;
    this.directory = new Directory(network, (id) => accountOf(this.settled, id));
    this.registrations = new Registrations(this.directory);
    this.archive = new Archive(store, network);
    this.access = new Access({ ownerOf: (session) => this.directory.session(session)?.account, account });
    this.settled = createGenesisState(network);
  }

  /** Settled entries at a place. Only what the log has passed, or what lies at or beyond a fork, can be settled. */
  async settledAt(session: SessionId, sequence: Sequence): Promise<readonly VerifiedEntry[]> {
    const account = this.directory.session(session)?.account;
    const known = account === undefined ? undefined : sessionOf(this.settled, account, session);
    const mayBe = known !== undefined && (sequence < known.nextSequence || known.frozenFrom !== undefined);
    return mayBe ? this.archive.entriesAt(session, sequence, this.settled.height) : [];
  }

  /** The sequence that a session's first undecided entry has, as far as the ledger is known here. */
  nextSettledSequence(session: SessionId): number {
    const account = this.directory.session(session)?.account;
    return account === undefined ? 0 : (sessionOf(this.settled, account, session)?.nextSequence ?? 0);
  }
}
