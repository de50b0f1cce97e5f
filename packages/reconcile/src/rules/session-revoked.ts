/** The account has revoked the session, and does not honour this place any more (spec [REV1]). */
import type { Sequence } from "@amigos/core";
import type { SessionState } from "../state/session-state.ts";
import type { EntryRule } from "./rule.ts";

export const sessionRevoked: EntryRule = {
  code: "session-revoked",
  outcome: "rejected",
  id: "REV1",
  check: ({ session }, { sequence }) =>
    isRevoked(session, sequence)
      ? { code: "session-revoked", revokedFrom: session.revokedFrom as Sequence }
      : undefined,
};

export function isRevoked({ revokedFrom }: SessionState, sequence: Sequence): boolean {
  return revokedFrom !== undefined && sequence >= revokedFrom;
}
