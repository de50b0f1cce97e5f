/** What an account has and what this session can do with it, from the settled state and what is signed and not settled. */
import { amount, type AccountId, type AssetCode, type SessionId } from "@amigos/core";
import { accountOf, type AccountState } from "@amigos/reconcile";
import type { Replica } from "../replica/replica.ts";
import { expectedState } from "./view-sessions.ts";
import type { BalanceView, FloatView, PaymentView, StakeView } from "./wallet-view.ts";

export interface BalancesInput {
  readonly replica: Replica;
  readonly account: AccountId;
  readonly session: SessionId;
}

/** What is not settled. */
export interface UndecidedViews {
  readonly payments: readonly PaymentView[];
  readonly floats: readonly FloatView[];
  readonly stakes: readonly StakeView[];
}

type MoveView = PaymentView | FloatView | StakeView;

export function viewBalances(
  { replica, account, session }: BalancesInput,
  { payments, floats, stakes }: UndecidedViews,
): readonly BalanceView[] {
  const settled = accountOf(replica.outlook.settled, account);
  const ended = endedSessions(accountOf(expectedState(replica), account));
  return replica.network.genesis.assets.map(({ code, decimals }) => {
    const ofAsset = [...payments, ...floats, ...stakes].filter(({ asset }) => asset === code);
    const out = ofAsset.filter(isSigned);
    const { balance, setAsideBySession } = holdingsAfter(settled, { asset: code, entries: out, ended });
    const setAside = atLeastNone(setAsideBySession.get(session));
    const setAsideByAll = [...setAsideBySession.values()].reduce((total, money) => total + atLeastNone(money), 0n);
    return {
      asset: code,
      decimals,
      available: amount(atLeastNone(balance) + setAside),
      setAside: amount(setAside),
      setAsideSettled: amount(settled?.sessions.get(session)?.float.get(code) ?? 0n),
      reserved: amount(setAsideByAll - setAside),
      pendingIn: amount(sum(ofAsset.filter((entry) => isPayment(entry, "in") && entry.outcome === "accepted"))),
      pendingOut: amount(sum(out.filter((entry) => isPayment(entry, "out")))),
    };
  });
}

/** What is signed is on its way unless it is rejected, for what waits now may count later: but not to have more by it. */
function isSigned(entry: MoveView): boolean {
  if (isPayment(entry, "in")) return false;
  const isGain = "type" in entry && entry.type === "release";
  return entry.outcome === "accepted" || (entry.outcome === "deferred" && !isGain);
}

function isPayment(entry: MoveView, direction: PaymentView["direction"]): entry is PaymentView {
  return "direction" in entry && entry.direction === direction;
}

/** Those that are revoked or killed, as far as anything here says so: they have nothing set aside any more. */
function endedSessions(expected: AccountState | undefined): ReadonlySet<SessionId> {
  const sessions = [...(expected?.sessions.values() ?? [])];
  const generation = expected?.generation ?? 0;
  return new Set(
    sessions
      .filter((session) => session.revokedFrom !== undefined || session.generation < generation)
      .map(({ id }) => id),
  );
}

interface Moves {
  readonly asset: AssetCode;
  readonly entries: readonly MoveView[];
  readonly ended: ReadonlySet<SessionId>;
}

/** As the ledger moves them (spec [MOV1], [MOV2], [CTL8], [CTL9]). Below zero where more is signed than there is. */
function holdingsAfter(
  settled: AccountState | undefined,
  { asset, entries, ended }: Moves,
): { readonly balance: bigint; readonly setAsideBySession: ReadonlyMap<SessionId, bigint> } {
  let balance: bigint = settled?.balances.get(asset) ?? 0n;
  const setAsideBySession = new Map<SessionId, bigint>();
  for (const { id, float } of settled?.sessions.values() ?? []) {
    if (ended.has(id)) balance += float.get(asset) ?? 0n;
    else setAsideBySession.set(id, float.get(asset) ?? 0n);
  }
  for (const entry of entries.toSorted((a, b) => a.sequence - b.sequence)) {
    const setAside = setAsideBySession.get(entry.session) ?? 0n;
    if ("direction" in entry) {
      const fromFloat = setAside < entry.amount ? setAside : entry.amount;
      setAsideBySession.set(entry.session, setAside - fromFloat);
      balance -= entry.amount - fromFloat;
    } else if (entry.type === "stake") {
      balance -= entry.amount;
    } else if (entry.type !== "unstake" && !ended.has(entry.session)) {
      const moved: bigint = entry.type === "float" ? entry.amount : -entry.amount;
      setAsideBySession.set(entry.session, setAside + moved);
      balance -= moved;
    }
  }
  return { balance, setAsideBySession };
}

function atLeastNone(money: bigint | undefined): bigint {
  return money !== undefined && money > 0n ? money : 0n;
}

function sum(entries: readonly { readonly amount: bigint }[]): bigint {
  return entries.reduce((total, { amount: money }) => total + money, 0n);
}
