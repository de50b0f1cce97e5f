/** From what a replica knows to what a wallet shows. Pure: the same replica and time give the same view. */
import {
  amount,
  encodeEquivocationProof,
  type AccountId,
  type AssetCode,
  type EntryId,
  type EquivocationProof,
  type SessionId,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import { balanceOf, limitsOf, sessionOf, stateRoot, type Verdict } from "@amigos/reconcile";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import type { BalanceView, ConflictSide, ConflictView, PaymentView, SessionView, WalletView } from "./wallet-view.ts";
import type { SettledPayments } from "./settled-payments.ts";

export interface ViewInput {
  readonly replica: Replica;
  readonly store: Store;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly settled: SettledPayments;
  readonly now: TimeMs;
}

/** Payments in one view. Older ones stay in the journal; an app pages through them when it needs to. */
const PAYMENTS_SHOWN_MAX = 500;

export function makeView(input: ViewInput): WalletView {
  const { replica, store, account } = input;
  const verdicts = new Map<EntryId, Verdict>(replica.provisional?.verdicts.map((verdict) => [verdict.entry, verdict]));
  const disputed = new Set<EntryId>(replica.evidence.flatMap(({ a, b }) => [a.id, b.id]));
  const undecided = replica.undecided
    .all()
    .filter(({ entry }) => entry.account === account || entry.operation.to === account)
    .map((entry) => pendingPayment(entry, verdicts.get(entry.id), { account, disputed }));
  const settled = input.settled.newest(PAYMENTS_SHOWN_MAX).map(({ entry, verdict, height }) => ({
    ...describe(entry, { account, disputed }),
    ...outcomeOf(verdict),
    finality: "settled" as const,
    settledAt: height,
  }));
  return {
    network: { tag: replica.network.tag, name: replica.network.genesis.name },
    account,
    session: sessionView(input),
    balances: balances(input, undecided),
    payments: [...undecided, ...settled].toSorted(newestFirst).slice(0, PAYMENTS_SHOWN_MAX),
    conflicts: conflicts(input, verdicts),
    ledger: {
      height: replica.settled.height,
      checkpoint: replica.settled.checkpoint,
      stateRoot: stateRoot(replica.settled),
      time: replica.settled.time,
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

interface Context {
  readonly account: AccountId;
  readonly disputed: ReadonlySet<EntryId>;
}

function describe(
  { id, entry }: VerifiedEntry,
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

function pendingPayment(entry: VerifiedEntry, verdict: Verdict | undefined, context: Context): PaymentView {
  return { ...describe(entry, context), ...outcomeOf(verdict), finality: "signed" };
}

/** An entry that the provisional view has not reached yet was signed or verified here, so it is shown as accepted. */
function outcomeOf(verdict: Verdict | undefined): Pick<PaymentView, "outcome" | "failure"> {
  if (verdict === undefined || verdict.outcome === "accepted" || verdict.outcome === "ignored")
    return { outcome: "accepted" };
  return { outcome: verdict.outcome, failure: verdict.failure };
}

function newestFirst(a: PaymentView, b: PaymentView): number {
  return b.time - a.time || (a.id < b.id ? 1 : -1);
}

function balances({ replica, account }: ViewInput, undecided: readonly PaymentView[]): readonly BalanceView[] {
  return replica.network.genesis.assets.map(({ code, decimals }) => {
    const pendingOut = sum(undecided, "out", code);
    const settled = balanceOf(replica.settled, account, code);
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
  return payments
    .filter((payment) => payment.direction === direction && payment.asset === asset && payment.outcome === "accepted")
    .reduce((total, payment) => total + payment.amount, 0n);
}

function sessionView({ replica, account, session, now }: ViewInput): SessionView {
  const grant = replica.directory.control(account).find(({ id }) => (id as string) === session)?.entry.operation;
  const state = replica.provisional?.state ?? replica.settled;
  const settled = sessionOf(replica.settled, account, session);
  const isForked = settled?.frozenFrom !== undefined || replica.evidence.some((proof) => proof.session === session);
  const expiry = grant?.expiry ?? settled?.expiry ?? now;
  return {
    id: session,
    device: grant?.device ?? settled?.device ?? "",
    permissions: grant?.permissions ?? settled?.permissions ?? [],
    expiry,
    status: isForked ? "frozen" : expiry <= now ? "expired" : settled === undefined ? "unregistered" : "active",
    limits: limitsOf(state, account, session, now),
  };
}

function conflicts(input: ViewInput, verdicts: ReadonlyMap<EntryId, Verdict>): readonly ConflictView[] {
  const { replica, account } = input;
  return replica.evidence
    .filter(({ a, b }) => [a, b].some(({ entry }) => entry.account === account || entry.operation.to === account))
    .map((proof) => conflictView(input, proof, verdicts));
}

function conflictView(
  input: ViewInput,
  proof: EquivocationProof,
  verdicts: ReadonlyMap<EntryId, Verdict>,
): ConflictView {
  const side = (entry: VerifiedEntry): ConflictSide => {
    const settled = input.settled.byId(entry.id);
    const { operation } = entry.entry;
    return {
      entry: entry.id,
      to: operation.to,
      asset: operation.asset,
      amount: operation.amount,
      ...outcomeOf(settled?.verdict ?? verdicts.get(entry.id)),
      finality: settled === undefined ? "signed" : "settled",
    };
  };
  return {
    account: proof.a.entry.account,
    session: proof.session,
    sequence: proof.sequence,
    isOwn: proof.session === input.session,
    sides: [side(proof.a), side(proof.b)],
    proof: encodeEquivocationProof(proof),
  };
}
