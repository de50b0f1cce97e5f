/**
 * An account as the ledger would have it if everything that is known of it here were settled now: which generation it has,
 * which sessions are at their end, and where the next control entry goes.
 */
import { assert, type AccountId } from "@amigos/core";
import { accountOf, NO_HISTORY, reconcile, type AccountState } from "@amigos/reconcile";
import type { Knowledge } from "./knowledge.ts";

export function accountAsKnown({ settled, registrations }: Knowledge, id: AccountId): AccountState {
  const { state } = reconcile({
    state: settled,
    ...registrations.readyOf(id, settled),
    entries: [],
    history: NO_HISTORY,
    time: settled.time,
  });
  const account = accountOf(state, id);
  assert(account !== undefined, "an account whose inception is kept is known");
  return account;
}
