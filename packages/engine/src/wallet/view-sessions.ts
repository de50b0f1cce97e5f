/** The sessions of an account as a wallet shows them: what each may do, and whether it still may. */
import {
  describeSession,
  openedSession,
  type AccountId,
  type SessionId,
  type SessionTerms,
  type TimeMs,
} from "@amigos/core";
import { accountOf, limitsOf, type AccountState, type LedgerState } from "@amigos/reconcile";
import type { Replica } from "../replica/replica.ts";
import type { SessionEnd, SessionView } from "./wallet-view.ts";

export interface SessionsInput {
  readonly replica: Replica;
  readonly account: AccountId;
  /** The wallet's own. */
  readonly session: SessionId;
  /** Whether another device signs with its key. */
  readonly isUsedElsewhere: boolean;
  readonly now: TimeMs;
}

/**
 * In the order of the control log, and before them those of which only the state knows here, in the order in which they
 * begin. What lost its place there or was refused is not among them.
 */
export function viewSessions(input: SessionsInput): readonly SessionView[] {
  const known = accountOf(expectedState(input.replica), input.account);
  const opened = input.replica.directory
    .control(input.account)
    .toSorted((a, b) => a.entry.sequence - b.entry.sequence)
    .flatMap((control) => openedSession(control)?.id ?? [])
    .filter((session) => session === input.session || known?.sessions.has(session) === true);
  const others = new Map(known?.sessions);
  for (const session of opened) others.delete(session);
  const before = [...others.values()].toSorted((a, b) => a.notBefore - b.notBefore).map(({ id }) => id);
  return [...before, ...opened].map((session) => viewSession(input, session));
}

export function viewSession(input: SessionsInput, session: SessionId): SessionView {
  const { replica, account, now } = input;
  const { outlook } = replica;
  const state = expectedState(replica);
  const settled = accountOf(outlook.settled, account);
  const terms = termsOf(replica, account, session) ?? settled?.sessions.get(session);
  const expiry = terms?.expiry ?? now;
  const end = endOf(session, { expected: accountOf(state, account), settled });
  return {
    id: session,
    device: terms?.device ?? "",
    terms: terms === undefined ? [] : describeSession(terms),
    expiry,
    status: statusOf({
      end,
      isFrozen: isFrozen(input, session, settled),
      isExpired: expiry <= now,
      isRegistered: settled?.sessions.has(session) === true,
    }),
    ...(end === undefined ? {} : { end }),
    limits: limitsOf(state, { account, session, time: now, checkpoint: outlook.settled.height }),
  };
}

/** What a checkpoint of everything known here would make of the ledger. */
export function expectedState({ outlook }: Replica): LedgerState {
  return outlook.reconciliation?.state ?? outlook.settled;
}

function isFrozen(
  { replica, session: own, isUsedElsewhere }: SessionsInput,
  session: SessionId,
  settled: AccountState | undefined,
): boolean {
  const isForked = replica.outlook.evidence.some((proof) => proof.session === session);
  return isForked || settled?.sessions.get(session)?.frozenFrom !== undefined || (session === own && isUsedElsewhere);
}

/** How a session ended, as far as it is known here. That it is killed weighs more than that it was revoked before. */
function endOf(
  session: SessionId,
  states: { readonly expected: AccountState | undefined; readonly settled: AccountState | undefined },
): SessionEnd | undefined {
  const { expected, settled } = states;
  const known = expected?.sessions.get(session);
  if (expected === undefined || known === undefined) return undefined;
  if (known.generation < expected.generation)
    return { finality: known.generation < (settled?.generation ?? 0) ? "settled" : "signed" };
  const { revokedFrom } = known;
  if (revokedFrom === undefined) return undefined;
  return { revokedFrom, finality: settled?.sessions.get(session)?.revokedFrom === revokedFrom ? "settled" : "signed" };
}

/** What weighs most comes first: of an ended session it does not matter any more whether it is frozen. */
function statusOf(facts: {
  readonly end: SessionEnd | undefined;
  readonly isFrozen: boolean;
  readonly isExpired: boolean;
  readonly isRegistered: boolean;
}): SessionView["status"] {
  if (facts.end !== undefined) return facts.end.revokedFrom === undefined ? "killed" : "revoked";
  if (facts.isFrozen) return "frozen";
  if (facts.isExpired) return "expired";
  return facts.isRegistered ? "active" : "unregistered";
}

export function termsOf(replica: Replica, account: AccountId, session: SessionId): SessionTerms | undefined {
  return replica.directory
    .control(account)
    .map(openedSession)
    .find((opened) => opened?.id === session)?.terms;
}
