/**
 * What ends a session does so from any branch of a control log (spec [CTL10]). Two devices of one owner may write into one log
 * at the same time, and one of them loses its place; the phone that it meant to stop must stop all the same.
 */
import {
  limits,
  type AccountId,
  type ControlOperation,
  type EntryId,
  type Generation,
  type Link,
  type Sequence,
  type SessionId,
} from "@amigos/core";
import { editAccount, editSession, readAccount, returnFloat, type LedgerDraft } from "../state/draft.ts";
import type { AccountState } from "../state/account-state.ts";
import type { SessionState } from "../state/session-state.ts";
import type { Ordered } from "./settle-control.ts";
import { copyUnder } from "./signed-body.ts";

/** In order of ids. Returns those that changed something; their links go to `taken`. */
export function actFromAnyBranch(
  draft: LedgerDraft,
  ordered: readonly Ordered[],
  taken: Set<Link>,
): ReadonlySet<EntryId> {
  const acted = new Set<EntryId>();
  for (const body of ordered) {
    const { account, operation } = body.entry;
    if (operation.type !== "revoke" && operation.type !== "kill-switch") continue;
    const copy = copyUnder(body, readAccount(draft, account)?.keys?.masterKey);
    if (copy === undefined) continue;
    const hasChanged =
      operation.type === "revoke"
        ? revoke(draft, account, operation.session, operation.lastHonoured)
        : raiseGeneration(draft, account, operation.generation);
    if (!hasChanged) continue;
    acted.add(body.id);
    taken.add(copy.link);
  }
  return acted;
}

/** Whether it would end a session of the account now, or sooner than it ends. */
export function wouldAct(operation: ControlOperation, account: Pick<AccountState, "generation" | "sessions">): boolean {
  if (operation.type === "kill-switch") return isNext(operation.generation, account);
  if (operation.type !== "revoke") return false;
  return endsSooner(account.sessions.get(operation.session), revokedFrom(operation.lastHonoured));
}

/** Whether that ended the session sooner than it would have. */
export function revoke(
  draft: LedgerDraft,
  account: AccountId,
  session: SessionId,
  lastHonoured: Sequence | undefined,
): boolean {
  const from = revokedFrom(lastHonoured);
  if (!endsSooner(readAccount(draft, account)?.sessions.get(session), from)) return false;
  editSession(draft, account, session).revokedFrom = from;
  returnFloat(draft, account, session);
  return true;
}

/** After the last place that can be written down there is none: that one is never honoured. */
function revokedFrom(lastHonoured: Sequence | undefined): Sequence {
  return (lastHonoured === undefined ? 0 : Math.min(lastHonoured + 1, limits.INTEGER_MAX)) as Sequence;
}

function endsSooner(session: SessionState | undefined, from: Sequence): boolean {
  return session !== undefined && (session.revokedFrom === undefined || from < session.revokedFrom);
}

/** Only the next one is taken, so that nobody can use them up. */
function isNext(generation: Generation, account: Pick<AccountState, "generation">): boolean {
  return generation === account.generation + 1;
}

/** Whether the account has a new generation with it. */
export function raiseGeneration(draft: LedgerDraft, account: AccountId, generation: Generation): boolean {
  const edited = editAccount(draft, account);
  if (!isNext(generation, edited)) return false;
  edited.generation = generation;
  for (const session of edited.sessions.keys()) returnFloat(draft, account, session);
  return true;
}
