/**
 * What speaks against a payment that the rules would accept on the row that it was judged on (spec [CAR10]): what is known here
 * beside that row, and what the owner does not take.
 */
import {
  isPayment,
  type AccountId,
  type Amount,
  type AssetCode,
  type EntryId,
  type Money,
  type SessionId,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import {
  accountOf,
  sessionOf,
  type AccountState,
  type CarriedPayment,
  type CarriedRisk,
  type Failure,
  type SessionState,
  type Verdict,
} from "@amigos/reconcile";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";
import type { Replica } from "../replica/replica.ts";
import type { CarryingError } from "./carrying.ts";
import { expectedState } from "./view-sessions.ts";

/** What speaks against a payment. */
export type AcceptanceRefusal =
  /** The ledger would not accept it, as far as is known. */
  | { readonly type: "not-accepted"; readonly failure: Failure }
  /** What is known here does not prove what the payer may spend. */
  | { readonly type: "not-proven"; readonly error: CarryingError }
  /** The ledger has decided something else at its place, or at one before. */
  | { readonly type: "place-taken" }
  /** The ledger has decided something at its place before this wallet started, and nobody here knows what. */
  | { readonly type: "decided-unseen" }
  /** It is here already: who shows it twice has paid once. */
  | { readonly type: "known-before" }
  /** The session signed two entries for one place, or what is here does not go with what is shown. */
  | { readonly type: "session-forked" }
  /** The payer's account has ended the session, whether or not that is settled. */
  | { readonly type: "session-ended" }
  /** Accounts with weight attest something else at one of its places. In ascending order. */
  | { readonly type: "witnessed-otherwise"; readonly witnesses: readonly AccountId[] }
  /** What other devices of the payer have signed, as far as is known here, takes more of the balance than is left. */
  | { readonly type: "balance-spent"; readonly spent: Amount; readonly left: Amount }
  /** By the acceptance policy. `amount` is the payment's, or with it all that the payer has outstanding here. */
  | { readonly type: "above-per-payment" | "above-per-payer"; readonly amount: Amount; readonly most: Amount }
  | { readonly type: "checkpoint-too-old"; readonly ageMs: number; readonly ageMsMax: number }
  /** This device's clock is behind the ledger, so it cannot tell how old what it knows is. */
  | { readonly type: "clock-behind"; readonly behindMs: number }
  | { readonly type: "not-from-float"; readonly uncovered: Amount };

export interface RefusalInput {
  readonly replica: Replica;
  /** The payee. */
  readonly account: AccountId;
  readonly policy: AcceptancePolicy;
  readonly payment: VerifiedPayment;
  /** From where the row's log ends, the payment last. */
  readonly chain: readonly VerifiedEntry[];
  /** What it was judged as, where something proves that. */
  readonly judged?: CarriedPayment;
}

export function refusalsOf(input: RefusalInput): readonly AcceptanceRefusal[] {
  const { payment, policy, judged } = input;
  const { operation } = payment.entry;
  const witnesses = witnessesAgainst(input);
  return [
    ...(judged === undefined ? [] : whyNotAccepted(judged.verdicts.at(-1) as Verdict)),
    ...(isForked(input) ? [{ type: "session-forked" } as const] : []),
    ...(hasEnded(input) ? [{ type: "session-ended" } as const] : []),
    ...(witnesses.length > 0 ? [{ type: "witnessed-otherwise", witnesses } as const] : []),
    ...(judged === undefined ? [] : balanceSpent(input, judged)),
    ...above("above-per-payment", operation, policy.mostPerPayment),
    ...above("above-per-payer", { ...operation, amount: outstanding(input) }, policy.mostPerPayer),
    ...(judged === undefined ? [] : [...aboveAge(judged.ageMs, policy), ...besideFloat(judged.risks, policy)]),
  ];
}

export function whyNotAccepted(verdict: Verdict): readonly AcceptanceRefusal[] {
  return verdict.outcome === "accepted" ? [] : [{ type: "not-accepted", failure: verdict.failure }];
}

/** The payer's session as the row has it. */
function rowOf({ replica, payment, judged }: RefusalInput): SessionState | undefined {
  const { account, session } = payment.entry;
  return judged?.session ?? sessionOf(replica.settled, account, session);
}

/** Proven already, or by what is here beside what is shown: at one of its places, before the first, or after the last. */
function isForked(input: RefusalInput): boolean {
  const { replica, chain, payment } = input;
  const { session } = payment.entry;
  if (replica.isForked(session)) return true;
  const row = rowOf(input);
  const shown = new Map(chain.map((entry) => [entry.entry.sequence as number, entry]));
  return replica.undecided.ofSession(session).some(({ id, link, entry: { sequence, previous } }) => {
    const here = shown.get(sequence);
    if (here !== undefined) return here.id !== id;
    const before = shown.get(sequence - 1);
    if (before !== undefined) return before.link !== previous;
    return row !== undefined && sequence === row.nextSequence - 1 && row.head !== link;
  });
}

function hasEnded(input: RefusalInput): boolean {
  const { replica, payment } = input;
  const { account, session, sequence } = payment.entry;
  const known = accountOf(expectedState(replica), account);
  const here = known?.sessions.get(session);
  const generation = here?.generation ?? rowOf(input)?.generation ?? 0;
  if (known !== undefined && generation < known.generation) return true;
  if (here?.revokedFrom !== undefined && here.revokedFrom <= sequence) return true;
  // What ends a session that is not known here may be known already.
  return replica.directory.control(account).some(({ entry: { operation } }) => {
    if (operation.type === "kill-switch") return operation.generation > generation;
    return operation.type === "revoke" && operation.session === session && (operation.lastHonoured ?? -1) < sequence;
  });
}

/** A word without weight costs nothing, so it counts for nothing. */
function witnessesAgainst(input: RefusalInput): readonly AccountId[] {
  const { replica, chain, payment } = input;
  const { account, session } = payment.entry;
  const row = rowOf(input);
  const links = new Map(chain.map(({ entry: { sequence }, link }) => [sequence as number, link]));
  if (row !== undefined && row.nextSequence > 0) links.set(row.nextSequence - 1, row.head);
  const said = replica.undecided.all().flatMap(({ entry }) => {
    const { operation } = entry;
    return operation.type === "attest" && operation.session === session && operation.account === account
      ? [{ witness: entry.account, sequence: operation.sequence, head: operation.head }]
      : [];
  });
  const kept = sessionOf(replica.settled, account, session)?.attested ?? [];
  const against = [...said, ...kept].filter(({ witness, sequence, head }) => {
    const link = links.get(sequence);
    return link !== undefined && link !== head && (accountOf(replica.settled, witness)?.weight ?? 0n) > 0n;
  });
  return [...new Set(against.map(({ witness }) => witness))].toSorted((a, b) => (a < b ? -1 : 1));
}

/** More than is left after the payment, by what its other sessions have signed beyond the row and beyond their floats. */
function balanceSpent(input: RefusalInput, { account, left }: CarriedPayment): readonly AcceptanceRefusal[] {
  const { replica, payment } = input;
  const { asset } = payment.entry.operation;
  const rejected = rejectedHere(replica);
  const spentBySession = new Map<SessionId, bigint>();
  for (const { id, entry } of replica.outlook.undecided) {
    const { session, operation, sequence } = entry;
    const isOther = entry.account === payment.entry.account && session !== payment.entry.session;
    if (!isOther || (rejected.get(id) !== undefined && rejected.get(id) !== "insufficient-funds")) continue;
    if (sequence < (account.sessions.get(session)?.nextSequence ?? 0) || !("asset" in operation)) continue;
    if (operation.asset !== asset || operation.type === "release" || operation.type === "unstake") continue;
    const amount = operation.type === "execute" ? operation.fee : operation.amount;
    spentBySession.set(session, (spentBySession.get(session) ?? 0n) + amount);
  }
  let spent = 0n;
  for (const [session, amount] of spentBySession) spent += beyondFloat(account, session, { asset, amount });
  return spent > left.balance ? [{ type: "balance-spent", spent: spent as Amount, left: left.balance }] : [];
}

function beyondFloat(
  account: AccountState,
  session: SessionId,
  { asset, amount }: { readonly asset: AssetCode; readonly amount: bigint },
): bigint {
  const float: bigint = account.sessions.get(session)?.float.get(asset) ?? 0n;
  return amount > float ? amount - float : 0n;
}

/** What reconcile rejects of what is undecided here, and why. */
function rejectedHere({ outlook }: Replica): ReadonlyMap<EntryId, Failure["code"]> {
  const verdicts = outlook.reconciliation?.verdicts ?? [];
  return new Map(
    verdicts.flatMap((verdict) =>
      verdict.outcome === "rejected" ? [[verdict.entry, verdict.failure.code] as const] : [],
    ),
  );
}

/** What its account has paid here or shows of its asset and is neither settled nor refused, this payment counted. */
function outstanding({ replica, account, payment, chain, judged }: RefusalInput): Amount {
  const { account: payer, operation: paid } = payment.entry;
  const rejected = new Set<EntryId>(rejectedHere(replica).keys());
  for (const { outcome, entry } of judged?.verdicts ?? []) if (outcome === "rejected") rejected.add(entry);
  const all = new Map([...replica.outlook.undecided, ...chain].filter(isPayment).map((other) => [other.id, other]));
  all.delete(payment.id);
  let sum: bigint = paid.amount;
  for (const { id, entry } of all.values()) {
    const { operation } = entry;
    const counts = entry.account === payer && operation.to === account && operation.asset === paid.asset;
    if (counts && !rejected.has(id)) sum += operation.amount;
  }
  return sum as Amount;
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
