/** The account has pulled its kill switch since the session was granted: nothing more of it counts (spec [KIL1]). */
import type { AccountState } from "../state/account-state.ts";
import type { SessionState } from "../state/session-state.ts";
import type { EntryRule } from "./rule.ts";

export const sessionKilled: EntryRule = {
  code: "session-killed",
  outcome: "rejected",
  id: "KIL1",
  check: ({ account, session }) =>
    isKilled(account, session)
      ? { code: "session-killed", generation: session.generation, current: account.generation }
      : undefined,
};

export function isKilled(account: AccountState, session: SessionState): boolean {
  return session.generation < account.generation;
}
