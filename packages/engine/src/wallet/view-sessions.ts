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
import type { DeviceNotes } from "./device-notes.ts";
import type { SessionEnd, SessionView } from "./wallet-view.ts";

export interface SessionsInput {
  readonly replica: Replica;
  readonly account: AccountId;
  /** The wallet's own. */
  readonly session: SessionId;
  /** Whether another device signs with its key. */
  readonly isUsedElsewhere: boolean;
  /** What is noted here of the account's sessions. */
  readonly notes: DeviceNotes;
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
  const { label } = input.notes.of(session);
  const lastSeen = lastSeenOf(input, session);
  return {
    id: session,
    device: terms?.device ?? "",
    ...(label === undefined ? {} : { label }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
    isConnected: connectedSessions(input).has(session),
    isNew: isNew(input, session),
    terms: terms === undefined ? [] : describeSession(terms),
    expiry,
    status: statusOf({
      end,
      isFrozen: isFrozen(input, session, settled),
      isExpired: expiry <= now,
      isRegistered: settled?.sessions.has(session) === true,
    }),
    ...(end === undefined ? {} : { end: { ...end, ...knownTo(input, session, end) } }),
    limits: limitsOf(state, { account, session, time: now, checkpoint: outlook.settled.height }),
  };
}

/** By what it signed, as it claims, and by when it was in touch with this device. */
function lastSeenOf({ replica, account, notes }: SessionsInput, session: SessionId): TimeMs | undefined {
  const signed = replica.undecided.ofSession(session).map(({ entry }) => entry.time);
  const settled = accountOf(replica.settled, account)?.sessions.get(session)?.lastTime;
  const times = [...signed, settled ?? 0, notes.of(session).metAt ?? 0];
  const newest = times.reduce((newer, time) => Math.max(newer, time), 0);
  return newest === 0 ? undefined : (newest as TimeMs);
}

/** The account's sessions at the other end of a connection now. */
export function connectedSessions({ replica, account }: Pick<SessionsInput, "replica" | "account">): Set<SessionId> {
  const keys = new Set(
    replica.peers.flatMap(({ party, key }) => (party.role === "wallet" && party.account === account ? [key] : [])),
  );
  if (keys.size === 0) return new Set();
  return new Set(
    replica.directory.control(account).flatMap((control) => {
      const opened = openedSession(control);
      return opened !== undefined && keys.has(opened.terms.sessionKey) ? [opened.id] : [];
    }),
  );
}

/** Whether it was opened after this wallet's own, and its owner was not told. What was there before is no news. */
function isNew({ replica, account, session: own, notes }: SessionsInput, session: SessionId): boolean {
  if (session === own || notes.of(session).toldAt !== undefined) return false;
  const placeOf = (id: SessionId): number | undefined =>
    replica.directory.control(account).find((control) => openedSession(control)?.id === id)?.entry.sequence;
  const [place, ownPlace] = [placeOf(session), placeOf(own)];
  return place !== undefined && (ownPlace === undefined || place > ownPlace);
}

/**
 * Who is known to have heard of an end that is not settled: those that took in the control entry which says so from here, or
 * showed it in their account record.
 */
function knownTo(
  { replica, account, session: own }: SessionsInput,
  session: SessionId,
  { revokedFrom, finality }: SessionEnd,
): Pick<SessionEnd, "knownTo"> {
  if (finality === "settled") return {};
  const control = replica.directory.control(account);
  const ending = control.filter(({ entry: { operation } }) =>
    revokedFrom === undefined
      ? operation.type === "kill-switch"
      : (operation.type === "revoke" && operation.session === session) ||
        (operation.type === "upgrade" && operation.replaces === session),
  );
  const keys = new Set(ending.flatMap(({ link }) => [...replica.controlKnownTo(link)]));
  const sessions = control.flatMap((one) => {
    const opened = openedSession(one);
    return opened !== undefined && opened.id !== own && keys.has(opened.terms.sessionKey) ? [opened.id] : [];
  });
  return { knownTo: { hub: keys.has(replica.network.genesis.authority), sessions } };
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
  const { revokedFrom, nextSequence } = known;
  if (revokedFrom === undefined) return undefined;
  const placesLeft = Math.max(0, revokedFrom - nextSequence);
  return {
    revokedFrom,
    ...(placesLeft === 0 ? {} : { placesLeft }),
    finality: settled?.sessions.get(session)?.revokedFrom === revokedFrom ? "settled" : "signed",
  };
}

/**
 * What weighs most comes first: of an ended session it does not matter any more whether it is frozen. One of which places are
 * honoured yet has not ended: it may pay.
 */
function statusOf(facts: {
  readonly end: SessionEnd | undefined;
  readonly isFrozen: boolean;
  readonly isExpired: boolean;
  readonly isRegistered: boolean;
}): SessionView["status"] {
  if (facts.end !== undefined && facts.end.placesLeft === undefined)
    return facts.end.revokedFrom === undefined ? "killed" : "revoked";
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
