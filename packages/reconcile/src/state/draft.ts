/**
 * A state in the making. The stages of one `reconcile` change copies of the accounts they touch, in place and nowhere
 * else; `closeDraft` puts the copies into a new immutable state. Nothing of a draft outlives its call.
 */
import type {
  AccountId,
  Amount,
  AssetCode,
  Entry,
  Height,
  Sequence,
  SessionId,
  TimeMs,
  VerifiedEntry,
} from "@amigos/core";
import { merkleSet } from "../merkle/merkle-map.ts";
import { utcDayOf, type UtcDay } from "../utc-day.ts";
import {
  emptyAccount,
  type AccountKeys,
  type AccountState,
  type ControlHead,
  type SessionState,
} from "./account-state.ts";
import { accountOf, type LedgerState } from "./ledger-state.ts";

export interface DraftAccount {
  readonly id: AccountId;
  keys?: AccountKeys;
  control: ControlHead;
  readonly balances: Map<AssetCode, Amount>;
  readonly sessions: Map<SessionId, SessionState>;
}

/** A session that this call has touched. `openDay` stays what it was when the call began, so that order cannot matter. */
interface DraftSession extends Mutable<Omit<SessionState, "spentByDay">> {
  readonly spentByDay: Map<UtcDay, Map<AssetCode, Amount>>;
  /** The latest day that a decided entry claims: the open day of the next call. */
  latestDay: UtcDay;
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

export interface LedgerDraft {
  readonly base: LedgerState;
  readonly accounts: Map<AccountId, DraftAccount>;
  readonly sessions: Map<SessionId, DraftSession>;
}

export function openDraft(base: LedgerState): LedgerDraft {
  return { base, accounts: new Map(), sessions: new Map() };
}

/** The account as it stands now. */
export function readAccount(draft: LedgerDraft, account: AccountId): AccountState | undefined {
  return draft.accounts.get(account) ?? accountOf(draft.base, account);
}

/** The draft's own copy of an account, made when it is first asked for. */
export function editAccount(draft: LedgerDraft, account: AccountId): DraftAccount {
  const known = draft.accounts.get(account);
  if (known !== undefined) return known;
  const settled = accountOf(draft.base, account) ?? emptyAccount(account);
  const copy = { ...settled, balances: new Map(settled.balances), sessions: new Map(settled.sessions) };
  draft.accounts.set(account, copy);
  return copy;
}

/** Moves an accepted payment. The ladder has shown that the funds are there. */
export function movePayment(draft: LedgerDraft, { account, session, time, operation }: Entry): void {
  const { to, asset, amount } = operation;
  addToBalance(editAccount(draft, account), asset, -amount);
  addToBalance(editAccount(draft, to), asset, amount);
  const spender = editSession(draft, account, session);
  if (hasDailyLimit(spender, asset)) countSpent(spender, utcDayOf(time), asset, amount);
}

/** Records that a place of the log is decided. An entry of a side branch moves no head: its places are taken already. */
export function consumePlace(draft: LedgerDraft, { entry, link }: VerifiedEntry): void {
  const session = editSession(draft, entry.account, entry.session);
  const day = utcDayOf(entry.time);
  if (day > session.latestDay) session.latestDay = day;
  if (entry.sequence !== session.nextSequence) return;
  session.nextSequence = (entry.sequence + 1) as Sequence;
  session.head = link;
  session.lastTime = entry.time;
  session.lastCheckpoint = entry.checkpoint.height;
}

export function freezeSession(draft: LedgerDraft, account: AccountId, session: SessionId, from: Sequence): void {
  editSession(draft, account, session).frozenFrom = from;
}

/** The state that the draft has become, at its height and time. Its `checkpoint` is the base's until it is sealed. */
export function closeDraft(draft: LedgerDraft, height: Height, time: TimeMs): LedgerState {
  for (const session of draft.sessions.values())
    editAccount(draft, session.account).sessions.set(session.id, closeSession(session));
  // A Merkle map is the same in whatever order it was filled.
  const touched = [...draft.accounts.values()];
  const accounts = touched.reduce((map, account) => merkleSet(map, account.id, account), draft.base.accounts);
  return { ...draft.base, height, time, accounts };
}

function editSession(draft: LedgerDraft, account: AccountId, session: SessionId): DraftSession {
  const known = draft.sessions.get(session);
  if (known !== undefined) return known;
  const owner = editAccount(draft, account);
  const settled = owner.sessions.get(session) as SessionState;
  const spentByDay = new Map([...settled.spentByDay].map(([day, spent]) => [day, new Map(spent)]));
  const copy: DraftSession = { ...settled, spentByDay, latestDay: settled.openDay };
  draft.sessions.set(session, copy);
  owner.sessions.set(session, copy);
  return copy;
}

/** Closes the days that the session has left behind: their counters are never asked for again (spec [LIM5]). */
function closeSession({ latestDay, spentByDay, ...session }: DraftSession): SessionState {
  const spent = spentByDay.get(latestDay);
  return { ...session, openDay: latestDay, spentByDay: new Map(spent === undefined ? [] : [[latestDay, spent]]) };
}

function addToBalance(account: DraftAccount, asset: AssetCode, change: bigint): void {
  const sum = (account.balances.get(asset) ?? 0n) + change;
  if (sum === 0n) account.balances.delete(asset);
  else account.balances.set(asset, sum as Amount);
}

function hasDailyLimit(session: SessionState, asset: AssetCode): boolean {
  return session.permissions.some((permission) => permission.type === "SEND_LIMIT_DAILY" && permission.asset === asset);
}

function countSpent(session: DraftSession, day: UtcDay, asset: AssetCode, amount: Amount): void {
  const spent = session.spentByDay.get(day) ?? new Map<AssetCode, Amount>();
  session.spentByDay.set(day, spent.set(asset, ((spent.get(asset) ?? 0n) + amount) as Amount));
}
