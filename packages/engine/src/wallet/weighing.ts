/**
 * What a payment to this wallet is worth before it is settled, with no network (spec [CAR6] to [CAR8], [CAR10]): what the ledger
 * would say of it, what is left of its payer's limits, how old that knowledge is, what could still go wrong, and what of it
 * is more than the owner wants to take. Judged on the newer of two rows, the payer's and our own.
 */
import {
  ok,
  orThrow,
  type AccountId,
  type EntryId,
  type Height,
  type Result,
  type TimeMs,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import {
  sessionOf,
  verifyCarriedPayment,
  type CarriedLeft,
  type CarriedPayment,
  type CarriedPaymentError,
  type CarriedRisk,
  type Verdict,
} from "@amigos/reconcile";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";
import type { Replica } from "../replica/replica.ts";
import { refusalsOf, whyNotAccepted, type AcceptanceRefusal } from "./acceptance-refusals.ts";
import { carryOf, leadingTo } from "./carrying.ts";

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
  const { replica, account } = options;
  const { network } = replica;
  const carried = verifyCarriedPayment(bytes, { network, payee: account, time: nowOf(options) });
  if (!carried.ok) return carried;
  const { payment, entries, checkpoint } = carried.value;
  const weighed =
    checkpoint.checkpoint.height < replica.settled.height
      ? await weighHere({ payment, chain: entries, carried: carried.value }, options)
      : weighedBy("payer", carried.value, options);
  const isKnown = replica.undecided.byId(payment.id) !== undefined || options.settledAs(payment.id) !== undefined;
  const known: readonly AcceptanceRefusal[] = isKnown ? [{ type: "known-before" }] : [];
  const late = clockBehind(checkpoint.checkpoint.time, options);
  return ok({ ...weighed, refusals: [...known, ...weighed.refusals, ...late] });
}

/** Of a payment that is here. When it is certified, that it is not is no risk any more. */
export async function weighKnown(payment: VerifiedPayment, options: WeighingOptions): Promise<Weighed> {
  const { replica } = options;
  const before = leadingTo(payment, replica.undecided.ofSession(payment.entry.session));
  const weighed = await weighHere({ payment, chain: [...before, payment] }, options);
  const { judged } = weighed;
  if (judged === undefined || replica.outlook.reconciliation?.attested.get(payment.id)?.isCertified !== true)
    return weighed;
  return { ...weighed, judged: { ...judged, risks: judged.risks.filter(({ type }) => type !== "not-certified") } };
}

interface Shown {
  readonly payment: VerifiedPayment;
  /** The payment last. */
  readonly chain: readonly VerifiedEntry[];
  /** By the payer's row, where the payer carried it. */
  readonly carried?: CarriedPayment;
}

/** On the row that the ledger has here; where that proves nothing, on the one that was carried. */
async function weighHere({ payment, chain, carried }: Shown, options: WeighingOptions): Promise<Weighed> {
  const { replica } = options;
  return replica.whileStill(async () => {
    const { account, session, sequence } = payment.entry;
    const settled = options.settledAs(payment.id);
    if (settled !== undefined) return { payment, refusals: whyNotAccepted(settled) };
    const known = sessionOf(replica.settled, account, session);
    const place = known?.nextSequence ?? 0;
    const rest = chain.filter(({ entry }) => entry.sequence >= place);
    const refused = (refusal: AcceptanceRefusal): Weighed => ({
      payment,
      refusals: [refusal, ...refusalsOf({ ...options, payment, chain: rest })],
    });
    const [first] = rest;
    if (first === undefined) {
      const decided = await replica.archive.entriesAt(session, sequence, replica.settled.height);
      return refused({ type: decided.length === 0 ? "decided-unseen" : "place-taken" });
    }
    if (known !== undefined && first.entry.sequence === place && first.entry.previous !== known.head)
      return refused({ type: "place-taken" });
    const own = await carryOf(replica, payment, rest.slice(0, -1));
    if (own.ok) {
      const judged = verifyCarriedPayment(own.value, { network: replica.network, time: nowOf(options) });
      return weighedBy("here", orThrow(judged), options);
    }
    return carried === undefined
      ? refused({ type: "not-proven", error: own.error })
      : weighedBy("payer", carried, options);
  });
}

function weighedBy(source: WeighedBy["source"], carried: CarriedPayment, options: WeighingOptions): Weighed {
  const { payment, entries, verdicts, checkpoint, ageMs, left, settleBy, risks } = carried;
  return {
    payment,
    judged: {
      verdict: verdicts.at(-1) as Verdict,
      by: { source, height: checkpoint.checkpoint.height, ageMs },
      left,
      settleBy,
      risks,
    },
    refusals: refusalsOf({ ...options, payment, chain: entries, judged: carried }),
  };
}

/** A clock that is behind what the ledger has shown here is not believed. */
function nowOf({ replica, now }: WeighingOptions): TimeMs {
  return Math.max(now, replica.settled.time) as TimeMs;
}

/** Where the clock is so far behind that an age cannot be told, a bound on it is not kept. */
function clockBehind(time: TimeMs, { replica, now, policy }: WeighingOptions): readonly AcceptanceRefusal[] {
  const behindMs = time - now;
  if (policy.checkpointAgeMsMax === undefined || behindMs <= replica.network.genesis.parameters.clockSkewMs) return [];
  return [{ type: "clock-behind", behindMs }];
}
