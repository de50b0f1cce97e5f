/**
 * Who may have whose entries (spec [PEER4]). The hub may have all; an account its own; and who is paid by a log may have
 * that log and what vouches for it, for without it the payment proves nothing.
 */
import { payeeOf, type AccountId, type SessionId, type VerifiedEntry } from "@amigos/core";
import type { DocumentInfo } from "../replication/replicator.ts";

export type Party = { readonly role: "hub" } | { readonly role: "wallet"; readonly account: AccountId };

export class Access {
  readonly #payeesBySession = new Map<SessionId, Set<AccountId>>();
  readonly #payeesByAccount = new Map<AccountId, Set<AccountId>>();
  readonly #ownerOf: (session: SessionId) => AccountId | undefined;

  constructor(ownerOf: (session: SessionId) => AccountId | undefined) {
    this.#ownerOf = ownerOf;
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

  mayHaveLog(party: Party, session: SessionId): boolean {
    if (party.role === "hub") return true;
    return (
      this.#ownerOf(session) === party.account || (this.#payeesBySession.get(session)?.has(party.account) ?? false)
    );
  }

  mayHaveAccount(party: Party, account: AccountId): boolean {
    if (party.role === "hub") return true;
    return account === party.account || (this.#payeesByAccount.get(account)?.has(party.account) ?? false);
  }

  mayHaveDocument(party: Party, document: DocumentInfo): boolean {
    return document.kind === "log"
      ? this.mayHaveLog(party, document.session)
      : this.mayHaveAccount(party, document.account);
  }
}

function setOf<Key>(sets: Map<Key, Set<AccountId>>, key: Key): Set<AccountId> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const fresh = new Set<AccountId>();
  sets.set(key, fresh);
  return fresh;
}
