/**
 * What ends a session does so from any branch of a control log (spec [CTL10]). Two devices of one owner may write into one log
 * at the same time, and one of them loses its place; the phone that it meant to stop must stop all the same.
 */
import {
  limits,
  type AccountId,
  type EntryId,
  type Generation,
  type Link,
  type Sequence,
  type SessionId,
} from "@amigos/core";
import { editAccount, editSession, readAccount, returnFloat, type LedgerDraft } from "../state/draft.ts";
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

/** Whether that ended the session sooner than it would have. */
export function revoke(
  draft: LedgerDraft,
  account: AccountId,
  session: SessionId,
  lastHonoured: Sequence | undefined,
): boolean {
  const known = readAccount(draft, account)?.sessions.get(session);
  const revokedFrom = lastHonoured === undefined ? (0 as Sequence) : placeAfter(lastHonoured);
  const isSooner = known !== undefined && (known.revokedFrom === undefined || revokedFrom < known.revokedFrom);
  if (!isSooner) return false;
  editSession(draft, account, session).revokedFrom = revokedFrom;
  returnFloat(draft, account, session);
  return true;
}

/** After the last place that can be written down there is none: that one is never honoured. */
function placeAfter(place: Sequence): Sequence {
  return Math.min(place + 1, limits.INTEGER_MAX) as Sequence;
}

/** Whether the account has a new generation with it. Only the next one is taken, so that nobody can use them up. */
export function raiseGeneration(draft: LedgerDraft, account: AccountId, generation: Generation): boolean {
  const edited = editAccount(draft, account);
  if (generation !== edited.generation + 1) return false;
  edited.generation = generation;
  for (const session of edited.sessions.keys()) returnFloat(draft, account, session);
  return true;
}
