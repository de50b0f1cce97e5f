/**
 * Who may have whose entries (spec [PEER4], [CIR2]). The hub may have all; an account its own; who is paid by a log may
 * have that log and what vouches for it, for without it the payment proves nothing; and the accounts of a wallet's circle
 * may have what it signs and what it carries for them.
 */
import { payeeOf, type AccountId, type SessionId, type VerifiedEntry } from "@amigos/core";
import type { DocumentInfo } from "../replication/replicator.ts";

export type Party = { readonly role: "hub" } | { readonly role: "wallet"; readonly account: AccountId };

export interface AccessOptions {
  readonly ownerOf: (session: SessionId) => AccountId | undefined;
  /** Whose replica it is. A hub's is nobody's. */
  readonly account?: AccountId | undefined;
}

export class Access {
  readonly #options: AccessOptions;
  readonly #payeesBySession = new Map<SessionId, Set<AccountId>>();
  readonly #payeesByAccount = new Map<AccountId, Set<AccountId>>();
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

  /** Remembers who an entry pays. Returns whether that changes anybody's access. */
  note({ entry }: VerifiedEntry): boolean {
    const payee = payeeOf(entry);
    const payees = setOf(this.#payeesBySession, entry.session);
    if (payee === undefined || payees.has(payee)) return false;
    payees.add(payee);
    setOf(this.#payeesByAccount, entry.account).add(payee);
    return true;
  }

  /** Whether it concerns this replica whatever its circle is: it is its own, or pays it. */
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
    const isPaid = this.#payeesByAccount.get(account)?.has(party.account) ?? false;
    return isPaid || this.#isShared(party.account, account);
  }

  mayHaveDocument(party: Party, document: DocumentInfo): boolean {
    return document.kind === "log"
      ? this.mayHaveLog(party, document.session)
      : this.mayHaveAccount(party, document.account);
  }

  #isParty(account: AccountId, session: SessionId): boolean {
    return this.#options.ownerOf(session) === account || (this.#payeesBySession.get(session)?.has(account) ?? false);
  }

  /** What is ours and what we carry, for whoever we carry for. */
  #isShared(reader: AccountId, owner: AccountId | undefined): boolean {
    if (owner === undefined || !this.#circle.has(reader)) return false;
    return owner === this.#options.account || this.#circle.has(owner);
  }
}

function setOf<Key>(sets: Map<Key, Set<AccountId>>, key: Key): Set<AccountId> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const fresh = new Set<AccountId>();
  sets.set(key, fresh);
  return fresh;
}
