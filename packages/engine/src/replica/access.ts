/**
 * Who may have whose entries (spec [PEER4], [CIR2]). The hub may have all; an account its own; who is paid by a log may
 * have that log and what vouches for it, for without it the payment proves nothing; and the accounts of a wallet's circle
 * may have what it signs and what it carries for them.
 */
import { counterpartyOf, type AccountId, type SessionId, type VerifiedEntry } from "@amigos/core";
import type { DocumentInfo } from "../replication/replicator.ts";

export type Party = { readonly role: "hub" } | { readonly role: "wallet"; readonly account: AccountId };

export interface AccessOptions {
  readonly ownerOf: (session: SessionId) => AccountId | undefined;
  /** Whose replica it is. A hub's is nobody's. */
  readonly account?: AccountId | undefined;
}

export class Access {
  readonly #options: AccessOptions;
  /** Whom a log pays, and whose sessions it attests. */
  readonly #partiesBySession = new Map<SessionId, Set<AccountId>>();
  readonly #partiesByAccount = new Map<AccountId, Set<AccountId>>();
  /** The logs that a log attests, and those that the logs of an account do. */
  readonly #attestedBySession = new Map<SessionId, Set<SessionId>>();
  readonly #attestedByAccount = new Map<AccountId, Set<SessionId>>();
  #circle: ReadonlySet<AccountId> = new Set();

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** The accounts that this replica carries for, and gives to what it carries. */
  get circle(): ReadonlySet<AccountId> {
    return this.#circle;
  }

  /** Whoever was in the old circle and is not in the new one has no access by it from now on. */
  setCircle(members: Iterable<AccountId>): void {
    const { account } = this.#options;
    this.#circle = new Set([...members].filter((member) => member !== account));
  }

  /** Remembers who an entry pays, or whom it attests. Returns whether that changes anybody's access. */
  note({ entry }: VerifiedEntry): boolean {
    const { operation, session, account } = entry;
    const party = counterpartyOf(entry);
    if (party === undefined) return false;
    const isNewParty = add(this.#partiesBySession, session, party);
    add(this.#partiesByAccount, account, party);
    if (operation.type !== "attest") return isNewParty;
    add(this.#attestedByAccount, account, operation.session);
    return add(this.#attestedBySession, session, operation.session) || isNewParty;
  }

  /** Whether it concerns this replica whatever its circle is: it is its own, pays it, or attests a log of either kind. */
  concerns(session: SessionId): boolean {
    const { account } = this.#options;
    return account === undefined || this.#isParty(account, session);
  }

  mayHaveLog(party: Party, session: SessionId): boolean {
    if (party.role === "hub") return true;
    return this.#isParty(party.account, session) || this.#isShared(party.account, this.#options.ownerOf(session));
  }

  mayHaveAccount(party: Party, account: AccountId): boolean {
    if (party.role === "hub" || account === party.account) return true;
    const isParty = this.#partiesByAccount.get(account)?.has(party.account) ?? false;
    const attested = this.#attestedByAccount.get(account) ?? [];
    return isParty || this.#isPartyToOne(party.account, attested) || this.#isShared(party.account, account);
  }

  mayHaveDocument(party: Party, document: DocumentInfo): boolean {
    return document.kind === "log"
      ? this.mayHaveLog(party, document.session)
      : this.mayHaveAccount(party, document.account);
  }

  /** To a log, or to one that it attests: who has that one wants to know how sure it is. */
  #isParty(account: AccountId, session: SessionId): boolean {
    const attested = this.#attestedBySession.get(session) ?? [];
    return this.#isPartyToOne(account, [session]) || this.#isPartyToOne(account, attested);
  }

  #isPartyToOne(account: AccountId, sessions: Iterable<SessionId>): boolean {
    for (const session of sessions) {
      if (this.#options.ownerOf(session) === account) return true;
      if (this.#partiesBySession.get(session)?.has(account) === true) return true;
    }
    return false;
  }

  /** What is ours and what we carry, for whoever we carry for. */
  #isShared(reader: AccountId, owner: AccountId | undefined): boolean {
    if (owner === undefined || !this.#circle.has(reader)) return false;
    return owner === this.#options.account || this.#circle.has(owner);
  }
}

/** Whether it was not there before. */
function add<Key, Member>(sets: Map<Key, Set<Member>>, key: Key, member: Member): boolean {
  const known = sets.get(key);
  if (known?.has(member) === true) return false;
  sets.set(key, (known ?? new Set<Member>()).add(member));
  return true;
}
