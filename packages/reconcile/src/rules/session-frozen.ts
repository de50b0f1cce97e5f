/**
 * The session signed two entries for one place, and this one is at or beyond it (spec [EQV3]). It comes before everything
 * that waits, since nothing that could still arrive would change it: whatever it builds on, it is void.
 */
import type { Sequence } from "@amigos/core";
import type { SessionState } from "../state/session-state.ts";
import type { EntryRule } from "./rule.ts";

export const sessionFrozen: EntryRule = {
  code: "session-frozen",
  outcome: "rejected",
  id: "EQV3",
  check: ({ session, dishonouredFrom }, entry) => {
    const frozenFrom = isFrozen(session, entry.sequence) ? session.frozenFrom : dishonouredFrom;
    return frozenFrom === undefined ? undefined : { code: "session-frozen", frozenFrom };
  },
};

/** Whether a session was frozen at a place before this call. */
export function isFrozen(session: SessionState, sequence: Sequence): boolean {
  return session.frozenFrom !== undefined && sequence >= session.frozenFrom;
}
