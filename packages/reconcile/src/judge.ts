/**
 * For wallets: the same ladder before signing, and what is left of each limit (spec [JUD1]). Whatever is refused here would be
 * refused by the ledger; what passes here can still fail there, if something else of the account is decided first.
 */
import type { AccountId, Amount, AssetCode, Entry, Height, SessionId, TimeMs } from "@amigos/core";
import type { History } from "./history.ts";
import { judgeEntry, judgePlace, traceEntry, tracePlace, type TraceStep } from "./ladder.ts";
import { dailyRenewal, usedOfDay } from "./rules/limits.ts";
import type { EntryView, Moment, PlaceView, Predecessor } from "./rules/rule.ts";
import { checkpointAt } from "./stages/candidates.ts";
import { dueOf, poolAccount, withDue } from "./state/due.ts";
import { accountOf, sessionOf, type LedgerState } from "./state/ledger-state.ts";
import { outstandingAfter } from "./state/outstanding.ts";
import type { SessionState } from "./state/session-state.ts";
import type { Failure } from "./verdict.ts";

export interface JudgeContext {
  readonly history: History;
  /** Ledger time to judge at: the wallet's clock, if that is later than the state's. */
  readonly time: TimeMs;
}

/** What is left of one limit. Amounts are in the asset's smallest unit. */
export interface LimitStatus {
  /** The rule that enforces it. */
  readonly type: "limit-per-transaction" | "limit-per-day" | "limit-offline";
  readonly asset: AssetCode;
  readonly limit: Amount;
  readonly used: Amount;
  readonly left: Amount;
  /** When a daily limit begins anew. */
  readonly renewsAt?: TimeMs;
}

/** Of whom, and when. */
export interface LimitQuestion {
  readonly account: AccountId;
  readonly session: SessionId;
  readonly time: TimeMs;
  /** The newest settled checkpoint that the session knows, which its next entry would name. */
  readonly checkpoint: Height;
}

/**
 * Judges an unsigned body at the next place of its session. Give a reconciled state when entries before it are undecided.
 * Its dependencies count as decided: they say in which order to judge, not how.
 */
export function judgeNext(state: LedgerState, entry: Entry, context: JudgeContext): Failure | undefined {
  const { place, view, moment } = lookNext(state, entry, context);
  const finding = judgePlace(place, entry, moment);
  return (finding ?? (view && judgeEntry(view, entry, moment)))?.failure;
}

/** The same, with every rule that was asked (spec [VER4]). */
export function traceNext(state: LedgerState, entry: Entry, context: JudgeContext): readonly TraceStep[] {
  const { place, view, moment } = lookNext(state, entry, context);
  const steps = tracePlace(place, entry, moment);
  return view === undefined ? steps : [...steps, ...traceEntry(view, entry, moment)];
}

/** What the ladder looks at. `view` where account and session are known. */
interface Sight {
  readonly place: PlaceView;
  readonly view: EntryView | undefined;
  readonly moment: Moment;
}

function lookNext(state: LedgerState, entry: Entry, { history, time }: JudgeContext): Sight {
  const moment: Moment = { network: state.network, height: state.height, time: time > state.time ? time : state.time };
  const account = accountOf(state, entry.account);
  const session = account?.sessions.get(entry.session);
  const place = { isSettled: false, account, session };
  if (account === undefined || session === undefined) return { place, view: undefined, moment };
  const perUnit = accountOf(state, poolAccount(state.network))?.pool?.perUnit ?? 0n;
  const due = dueOf(account, perUnit, moment);
  const current = due === undefined ? account : withDue(account, due, state.network);
  const view: EntryView = {
    account: current,
    session: current.sessions.get(entry.session) as SessionState,
    predecessor: predecessorOf(session, entry),
    missingDependency: undefined,
    checkpoint: checkpointAt(entry.checkpoint.height, { state, history }),
    isPlaceForgotten: false,
    dishonouredFrom: undefined,
    settledCheckpoint: session.lastCheckpoint,
  };
  return { place, view, moment };
}

/** Every limit of a session, in the order of its terms, with what is left of it. */
export function limitsOf(state: LedgerState, question: LimitQuestion): readonly LimitStatus[] {
  const session = sessionOf(state, question.account, question.session);
  if (session === undefined) return [];
  const limits = session.permissions.flatMap((permission) => {
    if (!("asset" in permission)) return [];
    const { type, asset, amount: limit } = permission;
    return [
      type === "SEND_LIMIT_TX"
        ? ({ type: "limit-per-transaction", asset, limit, used: 0n as Amount, left: limit } as const)
        : dailyStatus(session, asset, limit, question.time),
    ];
  });
  return [
    ...limits,
    ...session.offlineLimits.map(({ asset, amount }) => offlineStatus(session, asset, amount, question)),
  ];
}

function offlineStatus(
  session: SessionState,
  asset: AssetCode,
  limit: Amount,
  { checkpoint }: LimitQuestion,
): LimitStatus {
  const used = outstandingAfter(session, asset, checkpoint);
  return { type: "limit-offline", asset, limit, used, left: (used < limit ? limit - used : 0n) as Amount };
}

function dailyStatus(session: SessionState, asset: AssetCode, limit: Amount, time: TimeMs): LimitStatus {
  const used = usedOfDay(session, asset, limit, time);
  // Two daily limits for one asset share a counter, which the lower of them bounds.
  const left = (limit - used) as Amount;
  return { type: "limit-per-day", asset, limit, used, left, renewsAt: dailyRenewal(session, time) };
}

function predecessorOf(session: SessionState, { sequence, previous }: Entry): Predecessor | undefined {
  if (sequence !== session.nextSequence || previous !== session.head) return undefined;
  return { time: session.lastTime, checkpoint: session.lastCheckpoint };
}
