/** Which accounts are shown to who guards them. */
import type { AccountId } from "@amigos/core";
import type { Guarded } from "../wallet/recovering.ts";

/**
 * Anybody may name this account as a guardian, with as many accounts as they like. Those that it has a name for are shown all:
 * a wallet keeps a bounded number of names. Of the others more than this would only hide them; who needs one gives it a name.
 */
export const UNNAMED_SHOWN_MAX = 20;

export function guardedShown(guarded: readonly AccountId[], isNamed: (account: AccountId) => boolean): Guarded {
  const others = guarded.filter((account) => !isNamed(account));
  return {
    accounts: [...guarded.filter(isNamed), ...others.slice(0, UNNAMED_SHOWN_MAX)],
    more: Math.max(0, others.length - UNNAMED_SHOWN_MAX),
  };
}
