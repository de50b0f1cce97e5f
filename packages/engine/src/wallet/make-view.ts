/** From what a replica knows to what a wallet shows. Pure: the same replica and time give the same view. */
import {
  amount,
  describeSession,
  encodeEvidence,
  isPayment,
  openedSession,
  type AccountId,
  type AssetCode,
  type EntryId,
  type EquivocationProof,
  type SessionId,
  type SessionTerms,
  type TimeMs,
  type VerifiedPayment,
} from "@amigos/core";
import { accountOf, balanceOf, limitsOf, sessionOf, stateRoot, type Verdict } from "@amigos/reconcile";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import type { BalanceView, ConflictSide, ConflictView, PaymentView, SessionView, WalletView } from "./wallet-view.ts";
import type { SettledPayment, SettledPayments } from "./settled-payments.ts";

export interface ViewInput {
  readonly replica: Replica;
  readonly store: Store;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly settled: SettledPayments;
  /** Whether another device signs with the session's key. */
  readonly isUsedElsewhere: boolean;
  readonly now: TimeMs;
}

/** Payments in one view. Older ones stay in the journal; an app pages through them when it needs to. */
const PAYMENTS_SHOWN_MAX = 500;

export function makeView(input: ViewInput): WalletView {
  const { replica, store, account } = input;
  const { outlook, contradiction } = replica;
  const context = contextOf(input);
  const undecided = outlook.undecided
    .filter(isPayment)
    .filter(({ entry }) => entry.account === account || entry.operation.to === account)
    .map((entry) => pendingPayment(entry, context));
  const settled = input.settled
    .newest(PAYMENTS_SHOWN_MAX, outlook.settled.height)
    .map((payment) => settledPayment(payment, context));
  return {
    network: { tag: replica.network.tag, name: replica.network.genesis.name },
    account,
    session: sessionView(input),
    balances: balances(input, undecided),
    payments: [...undecided, ...settled].toSorted(newestFirst).slice(0, PAYMENTS_SHOWN_MAX),
    conflicts: conflicts(input, context),
    ledger: {
      height: outlook.settled.height,
      checkpoint: outlook.settled.checkpoint,
      stateRoot: stateRoot(outlook.settled),
      time: outlook.settled.time,
      ...(contradiction === undefined ? {} : { contradictedAt: contradiction.height }),
    },
    connections: replica.peers.map(({ id, party, link }) => ({
      peer: id,
      role: party.role,
      ...(party.role === "wallet" ? { account: party.account } : {}),
      link,
    })),
    storage: { name: store.name, isPersistent: store.isPersistent },
  };
}

/** One payment, also when there are so many that the list leaves it out. */
export function viewPayment(input: ViewInput, entry: VerifiedPayment): PaymentView {
  const settled = input.settled.byId(entry.id);
  const context = contextOf(input);
  return settled === undefined ? pendingPayment(entry, context) : settledPayment(settled, context);
}

function contextOf({ replica, account }: ViewInput): Context {
  const { reconciliation, evidence } = replica.outlook;
  return {
    account,
    disputed: new Set(evidence.flatMap(({ a, b }) => [a.id, b.id])),
    verdicts: new Map(reconciliation?.verdicts.map((verdict) => [verdict.entry, verdict])),
  };
}

interface Context {
  readonly account: AccountId;
  readonly disputed: ReadonlySet<EntryId>;
  readonly verdicts: ReadonlyMap<EntryId, Verdict>;
}

function describe(
  { id, entry }: VerifiedPayment,
  { account, disputed }: Context,
): Omit<PaymentView, "outcome" | "finality"> {
  const { operation } = entry;
  const isOut = entry.account === account;
  return {
    id,
    direction: isOut ? "out" : "in",
    counterparty: isOut ? operation.to : entry.account,
    session: entry.session,
    sequence: entry.sequence,
    asset: operation.asset,
    amount: operation.amount,
    ...(operation.memo === undefined ? {} : { memo: operation.memo }),
    time: entry.time,
    isDisputed: disputed.has(id),
  };
}

function pendingPayment(entry: VerifiedPayment, context: Context): PaymentView {
  return { ...describe(entry, context), ...outcomeOf(context.verdicts.get(entry.id)), finality: "signed" };
}

function settledPayment({ entry, verdict, height }: SettledPayment, context: Context): PaymentView {
  return { ...describe(entry, context), ...outcomeOf(verdict), finality: "settled", settledAt: height };
}

/** What nobody has judged is not accepted. It stays so only when the disk fails between keeping an entry and judging it. */
function outcomeOf(verdict: Verdict | undefined): Pick<PaymentView, "outcome" | "failure"> {
  if (verdict === undefined) return { outcome: "deferred" };
  if (verdict.outcome === "accepted" || verdict.outcome === "ignored") return { outcome: "accepted" };
  return { outcome: verdict.outcome, failure: verdict.failure };
}

function newestFirst(a: PaymentView, b: PaymentView): number {
  return b.time - a.time || (a.id < b.id ? 1 : -1);
}

/** What is signed is on its way out unless it is rejected, for what waits now may count later. */
function balances({ replica, account }: ViewInput, undecided: readonly PaymentView[]): readonly BalanceView[] {
  return replica.network.genesis.assets.map(({ code, decimals }) => {
    const pendingOut = sum(undecided, "out", code);
    const settled = balanceOf(replica.outlook.settled, account, code);
    return {
      asset: code,
      decimals,
      available: amount(settled > pendingOut ? settled - pendingOut : 0n),
      pendingIn: amount(sum(undecided, "in", code)),
      pendingOut: amount(pendingOut),
    };
  });
}

function sum(payments: readonly PaymentView[], direction: PaymentView["direction"], asset: AssetCode): bigint {
  const isOut = direction === "out";
  return payments
    .filter((payment) => payment.direction === direction && payment.asset === asset)
    .filter(({ outcome }) => outcome === "accepted" || (isOut && outcome === "deferred"))
    .reduce((total, payment) => total + payment.amount, 0n);
}

function sessionView({ replica, account, session, isUsedElsewhere, now }: ViewInput): SessionView {
  const { outlook } = replica;
  const grant = termsOf(replica, account, session);
  const state = outlook.reconciliation?.state ?? outlook.settled;
  const settled = sessionOf(outlook.settled, account, session);
  const isForked = settled?.frozenFrom !== undefined || outlook.evidence.some((proof) => proof.session === session);
  const terms = grant ?? settled;
  const expiry = terms?.expiry ?? now;
  const isEnded =
    settled !== undefined &&
    (settled.revokedFrom !== undefined ||
      settled.generation < (accountOf(outlook.settled, account)?.generation ?? settled.generation));
  return {
    id: session,
    device: terms?.device ?? "",
    terms: terms === undefined ? [] : describeSession(terms),
    expiry,
    status: statusOf({
      isRegistered: settled !== undefined,
      isEnded,
      isFrozen: isForked || isUsedElsewhere,
      isExpired: expiry <= now,
    }),
    limits: limitsOf(state, { account, session, time: now, checkpoint: outlook.settled.height }),
  };
}

/** What weighs most comes first: of an ended session it does not matter any more whether it is frozen. */
function statusOf(facts: {
  readonly isRegistered: boolean;
  readonly isEnded: boolean;
  readonly isFrozen: boolean;
  readonly isExpired: boolean;
}): SessionView["status"] {
  if (facts.isEnded) return "revoked";
  if (facts.isFrozen) return "frozen";
  if (facts.isExpired) return "expired";
  return facts.isRegistered ? "active" : "unregistered";
}

function termsOf(replica: Replica, account: AccountId, session: SessionId): SessionTerms | undefined {
  return replica.directory
    .control(account)
    .map(openedSession)
    .find((opened) => opened?.id === session)?.terms;
}

function conflicts(input: ViewInput, context: Context): readonly ConflictView[] {
  const { account } = input;
  return input.replica.outlook.evidence.flatMap((proof) => {
    const { a, b } = proof;
    if (!isPayment(a) || !isPayment(b)) return [];
    const isOurs = [a, b].some(({ entry }) => entry.account === account || entry.operation.to === account);
    return isOurs ? [conflictView(input, { ...proof, a, b }, context)] : [];
  });
}

type PaymentConflict = EquivocationProof & { readonly a: VerifiedPayment; readonly b: VerifiedPayment };

function conflictView(input: ViewInput, proof: PaymentConflict, { verdicts }: Context): ConflictView {
  const { settlements } = input.replica.outlook;
  const side = ({ id, entry }: VerifiedPayment): ConflictSide => {
    const settlement = settlements.get(id);
    const verdict = settlement?.verdict ?? verdicts.get(id);
    return {
      entry: id,
      to: entry.operation.to,
      asset: entry.operation.asset,
      amount: entry.operation.amount,
      ...outcomeOf(verdict),
      finality: settlement === undefined ? "signed" : "settled",
    };
  };
  const grant = termsOf(input.replica, proof.a.entry.account, proof.session);
  return {
    account: proof.a.entry.account,
    session: proof.session,
    sequence: proof.sequence,
    ...(grant === undefined ? {} : { device: grant.device }),
    isOwn: proof.session === input.session,
    sides: [side(proof.a), side(proof.b)],
    proof: encodeEvidence(proof),
  };
}
