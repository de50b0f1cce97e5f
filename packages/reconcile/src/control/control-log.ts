/**
 * Following one account's control log (spec [CTL3] to [CTL5], [CTL8], [CTL9], [CTL11], [RCV6]). One entry a place, in order; what
 * is taken is taken in the order of the log, and what is rejected takes its place and changes nothing. Which of two completed
 * recoveries takes a place is not left to ids, for whoever wants an account can try until he has a lower one.
 */
import {
  keyDigest,
  limits,
  openedSession,
  type AccountId,
  type AccountKeys,
  type EntryId,
  type Generation,
  type Height,
  type KillSwitch,
  type Link,
  type OpenedSession,
  type PublicKey,
  type Revoke,
  type Sequence,
  type SessionTerms,
  type TimeMs,
  type Upgrade,
} from "@amigos/core";
import { compareText } from "../compare.ts";
import { groupBy } from "../group-by.ts";
import { editAccount, readAccount, type DraftAccount, type LedgerDraft } from "../state/draft.ts";
import { NO_MONEY, type AccountState, type PendingRecovery } from "../state/account-state.ts";
import type { SessionState } from "../state/session-state.ts";
import type { UtcDay } from "../utc-day.ts";
import type { ControlFailure, ControlVerdict } from "../verdict.ts";
import { raiseGeneration, revoke } from "./acting.ts";
import { accepted, failed } from "./control-verdict.ts";
import { endRecoveries } from "./recovery.ts";
import type { Ordered } from "./settle-control.ts";
import { copyUnder, keyOf } from "./signed-body.ts";

export interface LogContext {
  readonly time: TimeMs;
  /** Entries that have acted already, from whatever branch. */
  readonly acted: ReadonlySet<EntryId>;
  /** Gets the links of what takes its place. */
  readonly taken: Set<Link>;
}

export function followLog(
  draft: LedgerDraft,
  account: AccountId,
  entries: readonly Ordered[],
  context: LogContext,
): readonly ControlVerdict[] {
  const inOrder = entries.toSorted((a, b) => a.entry.sequence - b.entry.sequence || compareText(a.id, b.id));
  return [...groupBy(inOrder, ({ entry }) => entry.sequence).values()].flatMap((rivals) => {
    const later = completionsDueLater(readAccount(draft, account), rivals, context.time);
    return rivals.map((control) => {
      const verdict = settleEntry(draft, account, control, { ...context, later });
      return context.acted.has(control.id) ? { ...verdict, hasActed: true } : verdict;
    });
  });
}

/**
 * Completions for the next place of the log that are due, after the first of them that is rightly signed: in order of when
 * their recoveries were due, then of ids. Until the place is taken nothing changes that this goes by.
 */
function completionsDueLater(
  account: AccountState | undefined,
  rivals: readonly Ordered[],
  time: TimeMs,
): ReadonlySet<Ordered> {
  if (account?.keys === undefined) return new Set();
  const { keys } = account;
  const completions = rivals
    .flatMap((control) => {
      const due = isNext(account, control) ? completedBy(account, control)?.due : undefined;
      return due !== undefined && due <= time ? [{ control, due }] : [];
    })
    .toSorted((a, b) => a.due - b.due || compareText(a.control.id, b.control.id))
    .map(({ control }) => control);
  const first = completions.findIndex((control) => copyUnder(control, signerOf(keys, control)) !== undefined);
  return new Set(first === -1 ? [] : completions.slice(first + 1));
}

interface PlaceContext extends LogContext {
  /** Of these another one goes first. */
  readonly later: ReadonlySet<Ordered>;
}

function settleEntry(draft: LedgerDraft, id: AccountId, control: Ordered, context: PlaceContext): ControlVerdict {
  const known = readAccount(draft, id);
  if (known?.keys === undefined) return failed(control, "deferred", { code: "account-unknown", account: id });
  const { sequence, previous } = control.entry;
  const { nextSequence } = known.control;
  const opened = openedSession(control);
  if (opened !== undefined && known.sessions.has(opened.id)) return failed(control, "ignored", { code: "duplicate" });
  if (sequence < nextSequence) return failed(control, "ignored", { code: "sequence-taken", sequence });
  if (!isNext(known, control)) return failed(control, "deferred", { code: "previous-missing", previous, nextSequence });
  const notYet = whyNotYet(known, control, context);
  if (notYet !== undefined) return notYet;
  if (context.later.has(control)) return failed(control, "ignored", { code: "sequence-taken", sequence });
  const copy = copyUnder(control, signerOf(known.keys, control));
  if (copy === undefined) return failed(control, "ignored", { code: "signer-not-current", key: keyOf(control) });
  context.taken.add(copy.link);
  const account = editAccount(draft, id);
  account.control = { nextSequence: (sequence + 1) as Sequence, head: copy.link };
  const failure = apply(draft, account, control, context);
  return failure === undefined ? accepted(control) : failed(control, "rejected", failure);
}

function isNext({ control: { nextSequence, head } }: AccountState, { entry }: Ordered): boolean {
  return entry.sequence === nextSequence && entry.previous === head;
}

/** Why a recovery is not completed yet, or by this. */
function whyNotYet(account: AccountState, control: Ordered, { time }: LogContext): ControlVerdict | undefined {
  const { operation } = control.entry;
  if (operation.type !== "recovery-complete") return undefined;
  const { start } = operation;
  const pending = completedBy(account, control);
  if (pending === undefined) return failed(control, "ignored", { code: "recovery-unknown", start });
  const { due } = pending;
  return due === undefined || due > time
    ? failed(control, "deferred", { code: "recovery-waiting", start, due: due ?? (0 as TimeMs) })
    : undefined;
}

/** What is under way of that name, for the keys that are named. */
function completedBy({ recoveries }: AccountState, { entry: { operation } }: Ordered): PendingRecovery | undefined {
  if (operation.type !== "recovery-complete") return undefined;
  const { start, masterKey, nextKeyDigest } = operation;
  const pending = recoveries.find((recovery) => recovery.start === start);
  return pending?.masterKey === masterKey && pending.nextKeyDigest === nextKeyDigest ? pending : undefined;
}

/** Whose signature takes the place: nobody's, where a rotation reveals another key than was committed to. */
function signerOf(keys: AccountKeys, { entry: { operation } }: Ordered): PublicKey | undefined {
  if (operation.type === "recovery-complete") return operation.masterKey;
  if (operation.type !== "rotate") return keys.masterKey;
  return keyDigest(operation.masterKey) === keys.nextKeyDigest ? operation.masterKey : undefined;
}

function apply(
  draft: LedgerDraft,
  account: DraftAccount,
  control: Ordered,
  context: LogContext,
): ControlFailure | undefined {
  const { operation } = control.entry;
  switch (operation.type) {
    case "grant":
      return open(account, openedSession(control) as OpenedSession);
    case "upgrade":
      return upgrade(draft, account, operation, openedSession(control) as OpenedSession);
    case "revoke":
      return applyRevoke(draft, account, operation);
    case "kill-switch":
      return applyKillSwitch(draft, account, operation, context.acted.has(control.id));
    case "rotate":
      return takeKeys(account, operation);
    case "set-recovery":
      endRecoveries(account);
      account.recovery = operation.recovery;
      return undefined;
    case "recovery-complete":
      takeKeys(account, operation);
      raiseGeneration(draft, account.id, (account.generation + 1) as Generation);
      return undefined;
  }
}

function open(account: DraftAccount, { id, terms }: OpenedSession): ControlFailure | undefined {
  const failure = whyNotOpen(account, terms);
  if (failure === undefined) account.sessions.set(id, newSession(account.id, { id, terms }));
  return failure;
}

function whyNotOpen(account: DraftAccount, { generation, sessionKey }: SessionTerms): ControlFailure | undefined {
  const expected = account.generation;
  if (generation !== expected) return { code: "generation-mismatch", generation, expected };
  const holder = [...account.sessions.values()].find(({ key }) => key === sessionKey);
  if (holder !== undefined) return { code: "key-in-use", key: sessionKey, session: holder.id };
  const [used, limit] = [account.sessions.size, limits.SESSIONS_PER_ACCOUNT_MAX];
  return used >= limit ? { code: "sessions-full", limit, used } : undefined;
}

function upgrade(
  draft: LedgerDraft,
  account: DraftAccount,
  { replaces, lastHonoured }: Upgrade,
  opened: OpenedSession,
): ControlFailure | undefined {
  const failure = whyNotOpen(account, opened.terms);
  if (failure !== undefined) return failure;
  if (!account.sessions.has(replaces)) return { code: "session-unknown", account: account.id, session: replaces };
  revoke(draft, account.id, replaces, lastHonoured);
  return open(account, opened);
}

/** It has acted already. */
function applyRevoke(
  draft: LedgerDraft,
  account: DraftAccount,
  { session, lastHonoured }: Revoke,
): ControlFailure | undefined {
  if (!account.sessions.has(session)) return { code: "session-unknown", account: account.id, session };
  revoke(draft, account.id, session, lastHonoured);
  return undefined;
}

/** It has acted already, unless the account did not have the key or the generation yet when it was looked at first. */
function applyKillSwitch(
  draft: LedgerDraft,
  account: DraftAccount,
  { generation }: KillSwitch,
  hasActed: boolean,
): ControlFailure | undefined {
  const expected = (account.generation + 1) as Generation;
  return hasActed || raiseGeneration(draft, account.id, generation)
    ? undefined
    : { code: "generation-mismatch", generation, expected };
}

function takeKeys(account: DraftAccount, { masterKey, nextKeyDigest }: AccountKeys): undefined {
  account.keys = { masterKey, nextKeyDigest };
  endRecoveries(account);
}

function newSession(account: AccountId, { id, terms }: OpenedSession): SessionState {
  return {
    id,
    account,
    key: terms.sessionKey,
    device: terms.device,
    permissions: terms.permissions,
    notBefore: terms.notBefore,
    expiry: terms.expiry,
    generation: terms.generation,
    offlineLimits: terms.offlineLimits ?? [],
    regions: terms.regions,
    recipients: terms.recipients,
    nextSequence: 0 as Sequence,
    head: id as string as Link,
    lastTime: 0 as TimeMs,
    lastCheckpoint: 0 as Height,
    openDay: 0 as UtcDay,
    spentByDay: new Map(),
    outstanding: [],
    float: NO_MONEY,
    attested: [],
    frozenFrom: undefined,
    revokedFrom: undefined,
  };
}
