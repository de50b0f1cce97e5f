/**
 * What a payment to this wallet is worth before it is settled, with no network (spec [CAR6] to [CAR8], [CAR10]): what the ledger
 * would say of it, what is left of its payer's limits, how old that knowledge is, what could still go wrong, and what of it
 * is more than the owner wants to take. Judged on the newer of two rows, the payer's and our own.
 */
import {
  isPayment,
  ok,
  orThrow,
  type AccountId,
  type Amount,
  type EntryId,
  type Height,
  type Money,
  type Result,
  type TimeMs,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import {
  accountOf,
  sessionOf,
  verifyCarriedPayment,
  type CarriedLeft,
  type CarriedPayment,
  type CarriedPaymentError,
  type CarriedRisk,
  type Failure,
  type Verdict,
} from "@amigos/reconcile";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";
import type { Replica } from "../replica/replica.ts";
import { carryOf, leadingTo, type CarryingError } from "./carrying.ts";
import { expectedState } from "./view-sessions.ts";

/** What speaks against a payment. */
export type AcceptanceRefusal =
  /** The ledger would not accept it, as far as is known. */
  | { readonly type: "not-accepted"; readonly failure: Failure }
  /** What is known here does not prove what the payer may spend. */
  | { readonly type: "not-proven"; readonly error: CarryingError }
  /** The ledger has decided something else at its place, or at one before. */
  | { readonly type: "place-taken" }
  /** The session signed two entries for one place. */
  | { readonly type: "session-forked" }
  /** The payer's account has ended the session, whether or not that is settled. */
  | { readonly type: "session-ended" }
  /** By the acceptance policy. `amount` is the payment's, or with it all that the payer has outstanding here. */
  | { readonly type: "above-per-payment" | "above-per-payer"; readonly amount: Amount; readonly most: Amount }
  | { readonly type: "checkpoint-too-old"; readonly ageMs: number; readonly ageMsMax: number }
  | { readonly type: "not-from-float"; readonly uncovered: Amount };

/** What is known of the payer, and from whom. */
export interface WeighedBy {
  /** The row that it was judged on: what the payer carried, or the ledger as it is known here. */
  readonly source: "payer" | "here";
  readonly height: Height;
  /** From the checkpoint's ledger time to now. */
  readonly ageMs: number;
}

export interface Weighed {
  readonly payment: VerifiedPayment;
  /** What the ledger would say of it, where something proves that. */
  readonly judged?: {
    readonly verdict: Verdict;
    readonly by: WeighedBy;
    readonly left: CarriedLeft;
    readonly settleBy: TimeMs;
    readonly risks: readonly CarriedRisk[];
  };
  readonly refusals: readonly AcceptanceRefusal[];
}

export interface WeighingOptions {
  readonly replica: Replica;
  /** The payee. */
  readonly account: AccountId;
  readonly policy: AcceptancePolicy;
  readonly now: TimeMs;
  /** How a payment to the payee was settled, as far as is known here. */
  readonly settledAs: (payment: EntryId) => Verdict | undefined;
}

/** Of a payment that a payer shows. */
export async function weighCarried(
  bytes: Uint8Array,
  options: WeighingOptions,
): Promise<Result<Weighed, CarriedPaymentError>> {
  const { replica, account, now } = options;
  const carried = verifyCarriedPayment(bytes, { network: replica.network, payee: account, time: now });
  if (!carried.ok) return carried;
  const { payment, entries, checkpoint } = carried.value;
  const weighed =
    checkpoint.checkpoint.height < replica.settled.height
      ? await weighHere(payment, entries, options)
      : weighedBy("payer", carried.value, options);
  return ok(weighed);
}

/** Of a payment that is here. When it is certified, that it is not is no risk any more. */
export async function weighKnown(payment: VerifiedPayment, options: WeighingOptions): Promise<Weighed> {
  const { replica } = options;
  const before = leadingTo(payment, replica.undecided.ofSession(payment.entry.session));
  const weighed = await weighHere(payment, [...before, payment], options);
  const { judged } = weighed;
  if (judged === undefined || replica.outlook.reconciliation?.attested.get(payment.id)?.isCertified !== true)
    return weighed;
  return { ...weighed, judged: { ...judged, risks: judged.risks.filter(({ type }) => type !== "not-certified") } };
}

/** On the row that the ledger has here. `chain`: the payment last. */
async function weighHere(
  payment: VerifiedPayment,
  chain: readonly VerifiedEntry[],
  options: WeighingOptions,
): Promise<Weighed> {
  const { replica, now } = options;
  return replica.whileStill(async () => {
    const { account, session } = payment.entry;
    const known = sessionOf(replica.settled, account, session);
    const place = known?.nextSequence ?? 0;
    const rest = chain.filter(({ entry }) => entry.sequence >= place);
    const [first] = rest;
    const isTaken = first === undefined || (first.entry.sequence === place && first.entry.previous !== known?.head);
    const settled = options.settledAs(payment.id);
    if (settled !== undefined) return { payment, refusals: whyNotAccepted(settled) };
    if (known !== undefined && isTaken) return refusedAs({ type: "place-taken" }, payment, chain, options);
    const carried = await carryOf(replica, payment, rest.slice(0, -1));
    if (!carried.ok) return refusedAs({ type: "not-proven", error: carried.error }, payment, chain, options);
    const { network } = replica;
    return weighedBy("here", orThrow(verifyCarriedPayment(carried.value, { network, time: now })), options);
  });
}

function refusedAs(
  refusal: AcceptanceRefusal,
  payment: VerifiedPayment,
  chain: readonly VerifiedEntry[],
  options: WeighingOptions,
): Weighed {
  return { payment, refusals: [refusal, ...whatIsKnown(payment, chain, options)] };
}

function weighedBy(source: WeighedBy["source"], carried: CarriedPayment, options: WeighingOptions): Weighed {
  const { payment, entries, verdicts, checkpoint, ageMs, left, settleBy, risks } = carried;
  const verdict = verdicts.at(-1) as Verdict;
  return {
    payment,
    judged: { verdict, by: { source, height: checkpoint.checkpoint.height, ageMs }, left, settleBy, risks },
    refusals: [
      ...whyNotAccepted(verdict),
      ...whatIsKnown(payment, entries, options),
      ...aboveAge(ageMs, options.policy),
      ...besideFloat(risks, options.policy),
    ],
  };
}

function whyNotAccepted(verdict: Verdict): readonly AcceptanceRefusal[] {
  return verdict.outcome === "accepted" ? [] : [{ type: "not-accepted", failure: verdict.failure }];
}

/** What speaks against it whatever row it is judged on. */
function whatIsKnown(
  payment: VerifiedPayment,
  chain: readonly VerifiedEntry[],
  options: WeighingOptions,
): readonly AcceptanceRefusal[] {
  const { replica, policy } = options;
  const { operation } = payment.entry;
  return [
    ...(isForked(replica, chain) ? [{ type: "session-forked" } as const] : []),
    ...(hasEnded(replica, payment) ? [{ type: "session-ended" } as const] : []),
    ...above("above-per-payment", operation, policy.mostPerPayment),
    ...above("above-per-payer", { ...operation, amount: outstanding(payment, options) }, policy.mostPerPayer),
  ];
}

/** Proven already, or once what is shown were taken in. */
function isForked(replica: Replica, chain: readonly VerifiedEntry[]): boolean {
  const rivals = chain.flatMap(({ id, entry: { session, sequence } }) =>
    replica.undecided.at(session, sequence).filter((other) => other.id !== id),
  );
  return rivals.length > 0 || chain.some(({ entry }) => replica.isForked(entry.session));
}

function hasEnded(replica: Replica, { entry }: VerifiedEntry): boolean {
  const known = accountOf(expectedState(replica), entry.account);
  const session = known?.sessions.get(entry.session);
  if (known === undefined || session === undefined) return false;
  return session.generation < known.generation || (session.revokedFrom ?? entry.sequence + 1) <= entry.sequence;
}

/** What its account has paid here of its asset and is not settled, this payment counted. */
function outstanding({ id, entry }: VerifiedPayment, { replica, account }: WeighingOptions): Amount {
  const { undecided, reconciliation } = replica.outlook;
  const accepted = new Set<EntryId>(
    reconciliation?.verdicts.flatMap(({ entry: judged, outcome }) => (outcome === "accepted" ? [judged] : [])),
  );
  const others = undecided
    .filter(isPayment)
    .filter((other) => other.id !== id && accepted.has(other.id) && other.entry.account === entry.account)
    .filter(({ entry: { operation } }) => operation.to === account && operation.asset === entry.operation.asset);
  const sum = others.reduce((total, other) => total + other.entry.operation.amount, 0n);
  return (sum + entry.operation.amount) as Amount;
}

function above(
  type: "above-per-payment" | "above-per-payer",
  { asset, amount }: Money,
  bounds: readonly Money[] | undefined,
): readonly AcceptanceRefusal[] {
  const most = bounds?.find((bound) => bound.asset === asset)?.amount;
  return most !== undefined && amount > most ? [{ type, amount, most }] : [];
}

function aboveAge(ageMs: number, { checkpointAgeMsMax: ageMsMax }: AcceptancePolicy): readonly AcceptanceRefusal[] {
  return ageMsMax !== undefined && ageMs > ageMsMax ? [{ type: "checkpoint-too-old", ageMs, ageMsMax }] : [];
}

function besideFloat(risks: readonly CarriedRisk[], { isFloatOnly }: AcceptancePolicy): readonly AcceptanceRefusal[] {
  if (isFloatOnly !== true) return [];
  return risks.flatMap((risk) =>
    risk.type === "balance-shared" ? [{ type: "not-from-float", uncovered: risk.uncovered } as const] : [],
  );
}
