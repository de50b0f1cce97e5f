/** From what a replica knows to what a wallet shows. Pure: the same replica and time give the same view. */
import {
  compareHex,
  encodeEvidence,
  isFloat,
  isPayment,
  type AccountId,
  type EntryId,
  type EquivocationProof,
  type Float,
  type Release,
  type SessionId,
  type Stake,
  type TimeMs,
  type Unstake,
  type VerifiedEntry,
  type VerifiedFloat,
  type VerifiedPayment,
} from "@amigos/core";
import { accountOf, stateRoot, type Attested, type Verdict } from "@amigos/reconcile";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";
import { isFloatOf, isPaymentOf } from "../journal/history-row.ts";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import { viewBalances } from "./view-balances.ts";
import type { GuardianAnswersView } from "./guardian-answers.ts";
import type { DeviceNotes } from "./device-notes.ts";
import { expectedState, termsOf, viewSession, viewSessions } from "./view-sessions.ts";
import type {
  ConflictSide,
  ConflictView,
  EntryView,
  Finality,
  FloatView,
  PaymentView,
  RecoveryView,
  StakeView,
  StakingView,
  WalletView,
} from "./wallet-view.ts";
import type { SettledEntry, SettledHistory } from "./settled-history.ts";

export interface ViewInput {
  readonly replica: Replica;
  readonly store: Store;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly payments: SettledHistory<VerifiedPayment>;
  readonly floats: SettledHistory<VerifiedFloat>;
  readonly acceptance: AcceptancePolicy;
  /** By what payers showed that is newer than the ledger is known here. */
  readonly carriedVerdicts: ReadonlyMap<EntryId, Verdict>;
  /** Whether another device signs with the session's key. */
  readonly isUsedElsewhere: boolean;
  readonly notes: DeviceNotes;
  readonly practice: GuardianAnswersView | undefined;
  readonly invitation: GuardianAnswersView | undefined;
  readonly now: TimeMs;
}

/** Payments in one view, and floats. Older ones stay in the journal; an app pages through them when it needs to. */
const ENTRIES_SHOWN_MAX = 500;

export function makeView(input: ViewInput): WalletView {
  const { replica, store, account } = input;
  const { outlook, contradiction } = replica;
  const context = contextOf(input);
  const { undecided } = outlook;
  const pending = undecided
    .filter((entry) => isPaymentOf(account, entry))
    .map((entry) => pendingPayment(entry, context));
  const floats = undecided.filter((entry) => isFloatOf(account, entry)).map((entry) => pendingFloat(entry, context));
  const stakes = undecided
    .filter((entry) => isStakeOf(account, entry))
    .toSorted((a, b) => compareHex(a.entry.session, b.entry.session) || a.entry.sequence - b.entry.sequence)
    .map((entry) => pendingStake(entry, context));
  const settledPayments = input.payments.newest(ENTRIES_SHOWN_MAX, outlook.settled.height);
  const settledFloats = input.floats.newest(ENTRIES_SHOWN_MAX, outlook.settled.height);
  return {
    network: { tag: replica.network.tag, name: replica.network.genesis.name },
    account,
    session: viewSession(input, input.session),
    sessions: viewSessions(input),
    balances: viewBalances(input, { payments: pending, floats, stakes }),
    payments: newest([...pending, ...settledPayments.map((payment) => settledPayment(payment, context))]),
    floats: newest([...floats, ...settledFloats.map((float) => settledFloat(float, context))]),
    staking: viewStaking(input, stakes),
    conflicts: conflicts(input, context),
    ledger: {
      height: outlook.settled.height,
      checkpoint: outlook.settled.checkpoint,
      stateRoot: stateRoot(outlook.settled),
      time: outlook.settled.time,
      ...(replica.start === undefined || replica.start === 0 ? {} : { startedAt: replica.start }),
      ...(contradiction === undefined ? {} : { contradictedAt: contradiction.height }),
    },
    connections: replica.peers.map(({ id, party, link }) => ({
      peer: id,
      role: party.role,
      ...(party.role === "wallet" ? { account: party.account } : {}),
      link,
    })),
    acceptance: input.acceptance,
    deviceRequests: replica.askingDevices.map(({ request, link }) => ({
      id: request.id,
      device: request.request.device,
      request: request.bytes,
      expiry: request.request.expiry,
      link,
    })),
    recovery: viewRecovery(input),
    circle: { members: [...replica.circle].toSorted(compareHex), carried: replica.carriedCount },
    storage: { name: store.name, isPersistent: store.isPersistent, quarantined: replica.quarantined },
  };
}

function viewRecovery({ replica, account, practice, invitation, now }: ViewInput): RecoveryView {
  const settled = accountOf(replica.settled, account);
  const { underWay, isVetoed } = replica.recoveries.underWay(account, replica.settled, now);
  const dues = new Map(settled?.recoveries.map(({ start, due }) => [start, due]));
  const next = settled?.control.nextSequence ?? 0;
  const isChanging = replica.directory
    .control(account)
    .some(({ entry }) => entry.sequence >= next && entry.operation.type === "set-recovery");
  return {
    ...(settled?.recovery === undefined ? {} : { ways: settled.recovery }),
    isChanging,
    ...(practice === undefined ? {} : { practice }),
    ...(invitation === undefined ? {} : { invitation }),
    underWay: underWay.map(({ start, way, starter, approvals, masterKey }) => {
      const due = dues.get(start);
      return {
        start,
        way,
        ...(starter === undefined ? {} : { starter }),
        approvals,
        masterKey,
        ...(due === undefined ? {} : { due }),
        finality: dues.has(start) ? "settled" : "signed",
        ...(isVetoed(start) ? { veto: "signed" } : {}),
      };
    }),
  };
}

/** One payment, also when there are so many that the list leaves it out. */
export function viewPayment(input: ViewInput, entry: VerifiedPayment): PaymentView {
  const settled = input.payments.byId(entry.id);
  const context = contextOf(input);
  return settled === undefined ? pendingPayment(entry, context) : settledPayment(settled, context);
}

/** One that is only shown, as it would be if it were here and judged so. */
export function viewShown(input: ViewInput, entry: VerifiedPayment, verdict: Verdict | undefined): PaymentView {
  const context = contextOf(input);
  return { ...describePayment(entry, context), ...outcomeOf(verdict), finality: "signed" };
}

/** The same for what was set aside or given back. */
export function viewFloat(input: ViewInput, entry: VerifiedFloat): FloatView {
  const settled = input.floats.byId(entry.id);
  const context = contextOf(input);
  return settled === undefined ? pendingFloat(entry, context) : settledFloat(settled, context);
}

/** The same for what was staked or taken back. */
export function viewStake(input: ViewInput, entry: VerifiedStake): StakeView {
  return pendingStake(entry, contextOf(input));
}

function viewStaking({ replica, account }: ViewInput, pending: readonly StakeView[]): StakingView {
  const known = accountOf(expectedState(replica), account);
  return {
    staked: [...(known?.stakes ?? [])]
      .map(([validator, amount]) => ({ validator, amount }))
      .toSorted((a, b) => compareHex(a.validator, b.validator)),
    unbonding: known?.unbonding ?? [],
    pending,
  };
}

type VerifiedStake = VerifiedEntry & { readonly entry: { readonly operation: Stake | Unstake } };

function isStakeOf(account: AccountId, verified: VerifiedEntry): verified is VerifiedStake {
  const { operation } = verified.entry;
  return verified.entry.account === account && (operation.type === "stake" || operation.type === "unstake");
}

function contextOf({ replica, account, carriedVerdicts }: ViewInput): Context {
  const { reconciliation, evidence } = replica.outlook;
  const verdicts = new Map(reconciliation?.verdicts.map((verdict) => [verdict.entry, verdict]));
  for (const [id, verdict] of carriedVerdicts) if (verdicts.get(id)?.outcome === "deferred") verdicts.set(id, verdict);
  return {
    account,
    disputed: new Set(evidence.flatMap(({ a, b }) => [a.id, b.id])),
    verdicts,
    receiptFor: (payment) => replica.receiptFor(payment),
    attested: reconciliation?.attested,
  };
}

interface Context {
  readonly account: AccountId;
  readonly disputed: ReadonlySet<EntryId>;
  readonly verdicts: ReadonlyMap<EntryId, Verdict>;
  readonly receiptFor: Replica["receiptFor"];
  readonly attested: ReadonlyMap<EntryId, Attested> | undefined;
}

function describePayment({ id, entry }: VerifiedPayment, { account, disputed }: Context): Described<PaymentView> {
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

/** Of money that stays the account's. */
function describeMove<Move extends Float | Release | Stake | Unstake>(
  { id, entry }: VerifiedEntry & { readonly entry: { readonly operation: Move } },
  { disputed }: Context,
): Omit<EntryView, "outcome" | "finality"> & { readonly type: Move["type"] } {
  const { type, asset, amount } = entry.operation;
  const { session, sequence, time } = entry;
  return { id, type, session, sequence, asset, amount, time, isDisputed: disputed.has(id) };
}

type Described<View extends EntryView> = Omit<View, "outcome" | "finality">;

function pendingPayment(entry: VerifiedPayment, context: Context): PaymentView {
  const payment = { ...describePayment(entry, context), ...pendingOutcome(entry, context) };
  const receipt = context.receiptFor(entry.id)?.bytes;
  const attested = context.attested?.get(entry.id);
  return {
    ...payment,
    ...(receipt === undefined ? {} : { receipt }),
    ...(attested === undefined ? {} : { attested: { weight: attested.weight, total: attested.total } }),
    finality: rungOf(attested, payment.direction === "out" && receipt !== undefined),
  };
}

/** Of what is not settled, the highest (spec [DEV9]). */
function rungOf(attested: Attested | undefined, isDelivered: boolean): Finality {
  if (attested !== undefined) return attested.isCertified ? "certified" : "witnessed";
  return isDelivered ? "delivered" : "signed";
}

function settledPayment(settled: SettledEntry<VerifiedPayment>, context: Context): PaymentView {
  return { ...describePayment(settled.entry, context), ...settledOutcome(settled) };
}

function pendingFloat(entry: VerifiedFloat, context: Context): FloatView {
  return { ...describeMove(entry, context), ...pendingOutcome(entry, context) };
}

function settledFloat(settled: SettledEntry<VerifiedFloat>, context: Context): FloatView {
  return { ...describeMove(settled.entry, context), ...settledOutcome(settled) };
}

function pendingStake(entry: VerifiedStake, context: Context): StakeView {
  const { validator } = entry.entry.operation;
  return { ...describeMove(entry, context), validator, ...pendingOutcome(entry, context) };
}

function pendingOutcome({ id }: VerifiedEntry, { verdicts }: Context): Pick<EntryView, "outcome" | "finality"> {
  return { ...outcomeOf(verdicts.get(id)), finality: "signed" };
}

function settledOutcome({
  verdict,
  height,
}: SettledEntry<VerifiedEntry>): Pick<EntryView, "outcome" | "finality" | "settledAt"> {
  return { ...outcomeOf(verdict), finality: "settled", settledAt: height };
}

/** What nobody has judged is not accepted. It stays so only when the disk fails between keeping an entry and judging it. */
function outcomeOf(verdict: Verdict | undefined): Pick<EntryView, "outcome" | "failure"> {
  if (verdict === undefined) return { outcome: "deferred" };
  if (verdict.outcome === "accepted" || verdict.outcome === "ignored") return { outcome: "accepted" };
  return { outcome: verdict.outcome, failure: verdict.failure };
}

function newest<View extends EntryView>(entries: readonly View[]): readonly View[] {
  return entries.toSorted((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)).slice(0, ENTRIES_SHOWN_MAX);
}

function conflicts(input: ViewInput, context: Context): readonly ConflictView[] {
  const { account } = input;
  return input.replica.outlook.evidence.flatMap((proof) => {
    const { a, b } = proof;
    if (!isShown(a) || !isShown(b)) return [];
    const isOurs = [a, b].some((side) => isPaymentOf(account, side) || isFloatOf(account, side));
    return isOurs ? [conflictView(input, { ...proof, a, b }, context)] : [];
  });
}

type ShownEntry = VerifiedPayment | VerifiedFloat;
type ShownConflict = EquivocationProof & { readonly a: ShownEntry; readonly b: ShownEntry };

function isShown(entry: VerifiedEntry): entry is ShownEntry {
  return isPayment(entry) || isFloat(entry);
}

function conflictView(input: ViewInput, proof: ShownConflict, { verdicts }: Context): ConflictView {
  const { settlements } = input.replica.outlook;
  const side = ({ id, entry: { operation } }: ShownEntry): ConflictSide => {
    const settlement = settlements.get(id);
    const verdict = settlement?.verdict ?? verdicts.get(id);
    return {
      entry: id,
      ...(operation.type === "pay" ? { type: operation.type, to: operation.to } : { type: operation.type }),
      asset: operation.asset,
      amount: operation.amount,
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
