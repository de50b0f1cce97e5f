/** Accounts that were paid once and never did anything: what a ledger of some size is made of. */
import type { AccountId } from "@amigos/core";
import { AMI, ami } from "@amigos/core/testing";
import { merkleSet, type LedgerState } from "../../src/index.ts";
import { emptyAccount } from "../../src/state/account-state.ts";

export function withStrangers(state: LedgerState, count: number): LedgerState {
  let { accounts } = state;
  for (let index = 0; index < count; index += 1) {
    const id = scatter(index);
    accounts = merkleSet(accounts, id, { ...emptyAccount(id), balances: new Map([[AMI, ami(1).amount]]) });
  }
  return { ...state, accounts };
}

/** Ids that are spread as hashes are, without the cost of one. */
function scatter(index: number): AccountId {
  const spread = (Math.imul(index + 1, 0x9e37_79b1) >>> 0).toString(16).padStart(8, "0");
  return `${spread}${index.toString(16).padStart(56, "0")}` as AccountId;
}
