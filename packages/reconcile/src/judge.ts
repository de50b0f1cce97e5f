/**
 * For wallets: the same ladder before signing, and what is left of each limit (spec [JUD1]). Whatever is refused here would be
 * refused by the ledger; what passes here can still fail there, if something else of the account is decided first.
 */
import type { AccountId, Amount, AssetCode, Entry, SessionId, TimeMs } from "@amigos/core";
import type { History } from "./history.ts";
import { judgeEntry, judgePlace } from "./ladder.ts";
import { dailyRenewal, usedOfDay } from "./rules/limits.ts";
import type { Moment, Predecessor } from "./rules/rule.ts";
import { checkpointAt } from "./stages/candidates.ts";
import type { AccountState, SessionState } from "./state/account-state.ts";
import { accountOf, sessionOf, type LedgerState } from "./state/ledger-state.ts";
import type { Failure } from "./verdict.ts";

export interface JudgeContext {
  readonly history: History;
  /** Ledger time to judge at: the wallet's clock, if that is later than the state's. */
  readonly time: TimeMs;
}

/** What is left of one limit. Amounts are in the asset's smallest unit. */
export interface LimitStatus {
  /** The rule that enforces it. */
  readonly type: "limit-per-transaction" | "limit-per-day";
  readonly asset: AssetCode;
  readonly limit: Amount;
  readonly used: Amount;
  readonly left: Amount;
  /** When a daily limit begins anew. */
  readonly renewsAt?: TimeMs;
}

/**
 * Judges an unsigned body at the next place of its session. Give a reconciled state when entries before it are undecided.
 * Its dependencies count as decided: they say in which order to judge, not how.
 */
export function judgeNext(state: LedgerState, entry: Entry, { history, time }: JudgeContext): Failure | undefined {
  const moment: Moment = { network: state.network, height: state.height, time: time > state.time ? time : state.time };
  const account = accountOf(state, entry.account);
  const session = account?.sessions.get(entry.session);
  const finding = judgePlace({ isSettled: false, account, session }, entry, moment);
  if (finding !== undefined) return finding.failure;
  // The rules of the place have found nothing, so both are known.
  const known = { account: account as AccountState, session: session as SessionState };
  const view = {
    ...known,
    predecessor: predecessorOf(known.session, entry),
    missingDependency: undefined,
    checkpoint: checkpointAt(entry.checkpoint.height, { state, history }),
    isPlaceForgotten: false,
    dishonouredFrom: undefined,
  };
  return judgeEntry(view, entry, moment)?.failure;
}

/** Every limit of a session, in the order of its grant, with what is left on the UTC day of `time`. */
export function limitsOf(
  state: LedgerState,
  account: AccountId,
  session: SessionId,
  time: TimeMs,
): readonly LimitStatus[] {
  const known = sessionOf(state, account, session);
  if (known === undefined) return [];
  return known.permissions.flatMap((permission) => {
    if (permission.type === "READ_ALL" || permission.type === "SEND_UNLIMITED") return [];
    const { type, asset, amount: limit } = permission;
    if (type === "SEND_LIMIT_TX") {
      return [{ type: "limit-per-transaction", asset, limit, used: 0n as Amount, left: limit }];
    }
    return [dailyStatus(known, asset, limit, time)];
  });
}

function dailyStatus(session: SessionState, asset: AssetCode, limit: Amount, time: TimeMs): LimitStatus {
  const used = usedOfDay(session, asset, limit, time);
  // Two daily limits for one asset share a counter, which the lower of them bounds.
  const left = (limit - used) as Amount;
  return { type: "limit-per-day", asset, limit, used, left, renewsAt: dailyRenewal(session, time) };
}

function predecessorOf(session: SessionState, { sequence, previous }: Entry): Predecessor | undefined {
  return sequence === session.nextSequence && previous === session.head
    ? { time: session.lastTime, checkpoint: session.lastCheckpoint }
    : undefined;
}
