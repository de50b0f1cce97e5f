/**
 * Entries that are void whatever they name and whatever may still arrive: of a dead session, or at or beyond a place from
 * which the session ended (spec [ORD1]). They wait for nothing and take no place.
 */
import type { Sequence } from "@amigos/core";
import type { AccountState } from "../state/account-state.ts";
import type { SessionState } from "../state/session-state.ts";
import type { FailureCode } from "../verdict.ts";
import { isFrozen } from "./session-frozen.ts";
import { isKilled } from "./session-killed.ts";
import { isRevoked } from "./session-revoked.ts";

export function isVoidPlace(account: AccountState, session: SessionState, sequence: Sequence): boolean {
  return isKilled(account, session) || isRevoked(session, sequence) || isFrozen(session, sequence);
}

const VOID_CODES: ReadonlySet<FailureCode> = new Set(["session-killed", "session-revoked", "session-frozen"]);

/** Whether a failure says that the entry took no place. */
export function isVoidCode(code: FailureCode): boolean {
  return VOID_CODES.has(code);
}
