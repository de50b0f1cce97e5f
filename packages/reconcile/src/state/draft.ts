/**
 * A state in the making. The stages of one `reconcile` change copies of the accounts they touch, in place and nowhere
 * else; `closeDraft` puts the copies into a new immutable state. Nothing of a draft outlives its call.
 */
import type { AccountId, Amount, AssetCode, Height, Sequence, SessionId, TimeMs, VerifiedEntry } from "@amigos/core";
import { byText } from "../compare.ts";
import { merkleSet } from "../merkle/merkle-map.ts";
import { utcDayOf, type UtcDay } from "../utc-day.ts";
import { emptyAccount, type AccountState } from "./account-state.ts";
import { addDue, addTo, poolAccount, stakedAsset, type Due } from "./due.ts";
import { accountOf, type LedgerState } from "./ledger-state.ts";
import { currentOutstanding } from "./outstanding.ts";
import type { KeptAttestation, OutstandingRow, SessionState } from "./session-state.ts";

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

export interface DraftAccount extends Mutable<Omit<AccountState, "balances" | "sessions" | "stakes">> {
  readonly balances: Map<AssetCode, Amount>;
  readonly sessions: Map<SessionId, SessionState>;
  readonly stakes: Map<AccountId, Amount>;
}

/** A session that this call has touched. `openDay` stays what it was when the call began, so that order cannot matter. */
export interface DraftSession extends Mutable<Omit<SessionState, "spentByDay" | "float" | "outstanding">> {
  spentByDay: Map<UtcDay, Map<AssetCode, Amount>>;
  float: Map<AssetCode, Amount>;
  outstanding: OutstandingRow[];
}

export interface LedgerDraft {
  readonly base: LedgerState;
  /** What every stake was paid up to when the call began, once it is brought up to date. */
  readonly perUnit: bigint;
  readonly accounts: Map<AccountId, DraftAccount>;
  readonly sessions: Map<SessionId, DraftSession>;
  /** The latest day that a decided entry of a session claims, where it is after the open one: the open day of the next call. */
  readonly latestDays: Map<SessionId, UtcDay>;
}

export function openDraft(base: LedgerState): LedgerDraft {
  const perUnit = accountOf(base, poolAccount(base.network))?.pool?.perUnit ?? 0n;
  return { base, perUnit, accounts: new Map(), sessions: new Map(), latestDays: new Map() };
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
  const copy = copyAccount(settled);
  draft.accounts.set(account, copy);
  return copy;
}

export function editSession(draft: LedgerDraft, account: AccountId, session: SessionId): DraftSession {
  const known = draft.sessions.get(session);
  if (known !== undefined) return known;
  const owner = editAccount(draft, account);
  const settled = owner.sessions.get(session) as SessionState;
  const copy = copySession(settled);
  draft.sessions.set(session, copy);
  owner.sessions.set(session, copy);
  return copy;
}

/** Field by field, so that every account has one shape, wherever it comes from, and reading one is as fast as another. */
function copyAccount(account: AccountState): DraftAccount {
  return {
    id: account.id,
    keys: account.keys,
    control: account.control,
    balances: new Map(account.balances),
    sessions: new Map(account.sessions),
    generation: account.generation,
    recovery: account.recovery,
    recoveryRound: account.recoveryRound,
    recoveries: account.recoveries,
    stakes: new Map(account.stakes),
    rewardedTo: account.rewardedTo,
    unbonding: account.unbonding,
    weight: account.weight,
    pool: account.pool,
  };
}

/** Likewise. */
function copySession(session: SessionState): DraftSession {
  return {
    id: session.id,
    account: session.account,
    key: session.key,
    device: session.device,
    permissions: session.permissions,
    notBefore: session.notBefore,
    expiry: session.expiry,
    generation: session.generation,
    offlineLimits: session.offlineLimits,
    regions: session.regions,
    recipients: session.recipients,
    nextSequence: session.nextSequence,
    head: session.head,
    lastTime: session.lastTime,
    lastCheckpoint: session.lastCheckpoint,
    openDay: session.openDay,
    spentByDay: new Map([...session.spentByDay].map(([day, spent]) => [day, new Map(spent)])),
    outstanding: [...session.outstanding],
    float: new Map(session.float),
    attested: session.attested,
    frozenFrom: session.frozenFrom,
    revokedFrom: session.revokedFrom,
  };
}

export function addToBalance(draft: LedgerDraft, account: AccountId, asset: AssetCode, change: bigint): void {
  addTo(editAccount(draft, account).balances, asset, change);
}

/** Gives an account what is due to it. */
export function giveDue(draft: LedgerDraft, account: AccountId, due: Due): void {
  const { network } = draft.base;
  const edited = editAccount(draft, account);
  addDue(edited.balances, due, network);
  edited.unbonding = due.stillUnbonding;
  edited.rewardedTo = due.rewardedTo;
  for (const { id } of due.sessions) editSession(draft, account, id).float.clear();
  if (due.reward > 0n) payReward(draft, due.reward);
}

function payReward(draft: LedgerDraft, reward: bigint): void {
  const pool = editAccount(draft, poolAccount(draft.base.network));
  const staked = stakedAsset(draft.base.network);
  if (pool.pool === undefined || staked === undefined) return;
  addTo(pool.balances, staked, -reward);
  pool.pool = { ...pool.pool, owed: (pool.pool.owed - reward) as Amount };
}

/** Puts what a session has set aside back into its account's balance. */
export function returnFloat(draft: LedgerDraft, account: AccountId, session: SessionId): void {
  if ((editAccount(draft, account).sessions.get(session)?.float.size ?? 0) === 0) return;
  const { float } = editSession(draft, account, session);
  for (const [asset, amount] of float) addToBalance(draft, account, asset, amount);
  float.clear();
}

/** Records that a place of the log is decided. An entry of a side branch moves no head: its places are taken already. */
export function consumePlace(draft: LedgerDraft, { entry, link }: VerifiedEntry): void {
  const session = editSession(draft, entry.account, entry.session);
  const day = utcDayOf(entry.time);
  if (day > latestDay(draft, session)) draft.latestDays.set(session.id, day);
  if (entry.sequence !== session.nextSequence) return;
  session.nextSequence = (entry.sequence + 1) as Sequence;
  session.head = link;
  session.lastTime = entry.time;
  session.lastCheckpoint = entry.checkpoint.height;
}

export function freezeSession(draft: LedgerDraft, account: AccountId, session: SessionId, from: Sequence): void {
  const frozen = editSession(draft, account, session);
  if (frozen.frozenFrom === undefined || from < frozen.frozenFrom) frozen.frozenFrom = from;
}

/** The state that the draft has become, at its height and time. Its `checkpoint` is the base's until it is sealed. */
export function closeDraft(draft: LedgerDraft, height: Height, time: TimeMs): LedgerState {
  for (const session of draft.sessions.values()) closeSession(session, latestDay(draft, session));
  const touched = [...draft.accounts.values()].toSorted(byText((account) => account.id));
  const accounts = touched.reduce((map, account) => merkleSet(map, account.id, account), draft.base.accounts);
  return { ...draft.base, height, time, accounts };
}

function latestDay({ latestDays }: LedgerDraft, { id, openDay }: SessionState): UtcDay {
  return latestDays.get(id) ?? openDay;
}

/** Closes the days that the session has left behind: their counters are never asked for again (spec [LIM5]). */
function closeSession(session: DraftSession, day: UtcDay): void {
  const spent = session.spentByDay.get(day);
  session.openDay = day;
  session.spentByDay = new Map(spent === undefined ? [] : [[day, spent]]);
  session.outstanding = [...currentOutstanding(session.outstanding, session.lastCheckpoint)];
  session.attested = stillUndecided(session.attested, session.nextSequence);
}

/** What the log has passed is not kept any more. */
export function stillUndecided(attested: readonly KeptAttestation[], next: Sequence): readonly KeptAttestation[] {
  return attested.some(({ sequence }) => sequence < next)
    ? attested.filter(({ sequence }) => sequence >= next)
    : attested;
}
