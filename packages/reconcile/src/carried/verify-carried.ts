/**
 * Checking a carried payment with no network (spec [CAR4] to [CAR8]): authentic bytes first, from the authority's signature down
 * to the payer's, then the rule book on the one row that they prove. A pure function of the bytes, the network, and the time
 * that the payee gives.
 */
import {
  compareHex,
  equalBytes,
  err,
  isPayment,
  ok,
  verifyChain,
  type AccountId,
  type AccountRecord,
  type Amount,
  type AssetCode,
  type DecodeError,
  type EntryId,
  type Height,
  type Network,
  type Result,
  type SessionId,
  type TimeMs,
  type VerifiedEntry,
  type VerifiedPayment,
  type VerifyError,
} from "@amigos/core";
import { verifyOwnRow, type AccountProofError } from "../checkpoint/account-proof.ts";
import { verifyCheckpoint, type CheckpointError, type VerifiedCheckpoint } from "../checkpoint/checkpoint.ts";
import { NO_HISTORY, type History } from "../history.ts";
import { limitsOf, type LimitStatus } from "../judge.ts";
import { policyOf } from "../policy.ts";
import { reconcile, type Reconciliation } from "../reconcile.ts";
import type { AccountState } from "../state/account-state.ts";
import { balanceOf, sessionOf, type LedgerState } from "../state/ledger-state.ts";
import type { SessionState } from "../state/session-state.ts";
import type { Verdict } from "../verdict.ts";
import { rebuild, shorten } from "./carried-entry.ts";
import { decodeCarried, encodeCarried, heightsNamed, standingOf, type CarriedBody } from "./carried-payment.ts";
import { oneRowState } from "./one-row-state.ts";
import { risksOf, type CarriedRisk } from "./risks.ts";

/** What the payee knows. */
export interface CarriedContext {
  readonly network: Network;
  /** Whom it has to pay; left out: anybody. */
  readonly payee?: AccountId;
  /** By the payee's clock. */
  readonly time: TimeMs;
}

export interface CarriedPayment {
  readonly payment: VerifiedPayment;
  /** Every entry of the session since the checkpoint, the payment last: what a hub needs to settle it. */
  readonly entries: readonly VerifiedEntry[];
  readonly checkpoint: VerifiedCheckpoint;
  /** How old the knowledge is: from the checkpoint's ledger time to the payee's. */
  readonly ageMs: number;
  /** The payer, and the session's key and terms, as the checkpoint has them. */
  readonly account: AccountState;
  readonly session: SessionState;
  /** What the ledger would say of each entry now, in order of the log. The last one is the payment's. */
  readonly verdicts: readonly Verdict[];
  readonly left: CarriedLeft;
  /** Ledger time up to which it can be settled. */
  readonly settleBy: TimeMs;
  readonly risks: readonly CarriedRisk[];
  /** What vouches for the session, as it was carried: nothing of it was verified here. */
  readonly record?: AccountRecord;
}

/** What is left after all of them. Amounts are in the smallest unit of the payment's asset. */
export interface CarriedLeft {
  /** Of every limit of the session. */
  readonly limits: readonly LimitStatus[];
  readonly float: Amount;
  readonly balance: Amount;
}

export type CarriedPaymentError =
  | DecodeError
  | VerifyError
  | { readonly type: "checkpoint-refused"; readonly error: CheckpointError }
  /** An older checkpoint that no entry names, or out of order. */
  | { readonly type: "checkpoint-superfluous"; readonly height: Height }
  /** The checkpoint was made by another conflict policy than the network's, or one that is not known here. */
  | { readonly type: "policy-unknown"; readonly policy: string }
  | { readonly type: "proof-refused"; readonly error: AccountProofError }
  /** The proof shows that there is no such row. */
  | { readonly type: "account-absent" }
  | { readonly type: "session-unknown"; readonly account: AccountId; readonly session: SessionId }
  | { readonly type: "not-a-payment"; readonly entry: EntryId }
  | { readonly type: "payment-not-for-payee"; readonly expected: AccountId; readonly found: AccountId };

/**
 * @example
 * const carried = verifyCarriedPayment(bytes, { network, payee: bob, time: clock.now() })
 * if (carried.ok && carried.value.verdicts.at(-1)?.outcome === "accepted") weigh(carried.value.risks)
 */
export function verifyCarriedPayment(
  bytes: Uint8Array,
  context: CarriedContext,
): Result<CarriedPayment, CarriedPaymentError> {
  const { network, payee } = context;
  const decoded = decodeCarried(bytes, network.tag);
  if (!decoded.ok) return decoded;
  const known = verifyKnowledge(decoded.value, network);
  if (!known.ok) return known;
  const entries = authenticate(decoded.value, known.value, network);
  if (!entries.ok) return entries;
  const payment = entries.value.at(-1) as VerifiedEntry;
  if (!isPayment(payment)) return err({ type: "not-a-payment", entry: payment.id });
  const found = payment.entry.operation.to;
  if (payee !== undefined && found !== payee) return err({ type: "payment-not-for-payee", expected: payee, found });
  const earlier = verifyEarlier(decoded.value, entries.value, { network, newest: known.value.checkpoint });
  if (!earlier.ok) return earlier;
  const judged = judge({
    ...known.value,
    network,
    earlier: earlier.value,
    entries: entries.value,
    payment,
    time: context.time,
  });
  const { account: record } = decoded.value;
  return ok(record === undefined ? judged : { ...judged, record });
}

interface Knowledge {
  readonly checkpoint: VerifiedCheckpoint;
  readonly account: AccountState;
  readonly session: SessionState;
}

function verifyKnowledge(carried: CarriedBody, network: Network): Result<Knowledge, CarriedPaymentError> {
  const checkpoint = verifyCheckpoint(carried.checkpoint, network);
  if (!checkpoint.ok) return err({ type: "checkpoint-refused", error: checkpoint.error });
  const { policy } = checkpoint.value.checkpoint;
  if (policyOf(network)?.name !== policy) return err({ type: "policy-unknown", policy });
  const row = verifyOwnRow(checkpoint.value, carried.proof);
  if (!row.ok) return err({ type: "proof-refused", error: row.error });
  const account = row.value;
  if (account === undefined) return err({ type: "account-absent" });
  const session = account.sessions.get(carried.session);
  if (session === undefined) return err({ type: "session-unknown", account: account.id, session: carried.session });
  return ok({ checkpoint: checkpoint.value, account, session });
}

/** Rebuilt from the row on, so they are in their places; and said as shortly as they can be, so that there is one encoding. */
function authenticate(
  carried: CarriedBody,
  { checkpoint, session }: Knowledge,
  network: Network,
): Result<readonly VerifiedEntry[], CarriedPaymentError> {
  const standing = standingOf(session, network.tag, checkpoint);
  const rebuilt = rebuild(carried.entries, standing);
  if (!rebuilt.ok) return rebuilt;
  const isShortest = equalBytes(
    encodeCarried({ ...carried, entries: shorten(rebuilt.value, standing) }),
    encodeCarried(carried),
  );
  return isShortest
    ? verifyChain(rebuilt.value, session.key)
    : err({ type: "schema-mismatch", path: ".entries", expected: "nothing that follows from the entry before" });
}

function verifyEarlier(
  carried: CarriedBody,
  entries: readonly VerifiedEntry[],
  { network, newest }: { readonly network: Network; readonly newest: VerifiedCheckpoint },
): Result<ReadonlyMap<Height, VerifiedCheckpoint>, CarriedPaymentError> {
  const named = new Set(heightsNamed(entries, newest.checkpoint.height));
  const earlier = new Map<Height, VerifiedCheckpoint>();
  let highest = 0 as Height;
  for (const bytes of carried.earlier ?? []) {
    const verified = verifyCheckpoint(bytes, network);
    if (!verified.ok) return err({ type: "checkpoint-refused", error: verified.error });
    const { height } = verified.value.checkpoint;
    if (!named.has(height) || height <= highest) return err({ type: "checkpoint-superfluous", height });
    earlier.set(height, verified.value);
    highest = height;
  }
  return ok(earlier);
}

interface Judging extends Knowledge {
  readonly network: Network;
  readonly earlier: ReadonlyMap<Height, VerifiedCheckpoint>;
  readonly entries: readonly VerifiedEntry[];
  readonly payment: VerifiedPayment;
  readonly time: TimeMs;
}

function judge(judging: Judging): CarriedPayment {
  const { network, checkpoint, account, session, entries, payment } = judging;
  const { height, time: settledAt } = checkpoint.checkpoint;
  const time = judging.time > settledAt ? judging.time : settledAt;
  const settled = oneRowState(account, checkpoint, network);
  const before = settle(settled, entries.slice(0, -1), judging);
  const { state, verdicts } = settle(settled, entries, judging);
  const byEntry = new Map(verdicts.map((verdict) => [verdict.entry, verdict]));
  const { expiryGraceMs, offlineMsMax } = network.genesis.parameters;
  const isAccepted = byEntry.get(payment.id)?.outcome === "accepted";
  const ageMs = time - settledAt;
  return {
    payment,
    entries,
    checkpoint,
    ageMs,
    account,
    session,
    verdicts: entries.map(({ id }) => byEntry.get(id) as Verdict),
    left: leftIn(state, payment, { time, checkpoint: height }),
    settleBy: Math.min(payment.entry.time + offlineMsMax, session.expiry + expiryGraceMs) as TimeMs,
    risks: risksOf({
      network,
      account,
      payment,
      uncovered: isAccepted ? uncoveredIn(before.state, payment) : (0n as Amount),
      height,
      ageMs,
      dependencies: [...new Set(entries.flatMap(({ entry }) => entry.dependencies ?? []))].toSorted(compareHex),
      time,
    }),
  };
}

/** Dependencies order and do not judge, so that they count as decided: what they bring is in no row here (spec [CAR6]). */
function settle(state: LedgerState, entries: readonly VerifiedEntry[], { earlier, time }: Judging): Reconciliation {
  const history: History = {
    ...NO_HISTORY,
    isSettled: () => true,
    checkpointAt: (height) => {
      const known = earlier.get(height);
      return known && { id: known.id, time: known.checkpoint.time };
    },
  };
  return reconcile({ state, inceptions: [], control: [], entries, history, time });
}

function leftIn(
  state: LedgerState,
  { entry: { account, session, operation } }: VerifiedPayment,
  moment: { readonly time: TimeMs; readonly checkpoint: Height },
): CarriedLeft {
  return {
    limits: limitsOf(state, { account, session, ...moment }),
    float: floatOf(state, { account, session, asset: operation.asset }),
    balance: balanceOf(state, account, operation.asset),
  };
}

/** What the payment takes from the balance, after everything before it. */
function uncoveredIn(state: LedgerState, { entry: { account, session, operation } }: VerifiedPayment): Amount {
  const { asset, amount } = operation;
  const float = floatOf(state, { account, session, asset });
  return (amount > float ? amount - float : 0n) as Amount;
}

function floatOf(
  state: LedgerState,
  { account, session, asset }: { readonly account: AccountId; readonly session: SessionId; readonly asset: AssetCode },
): Amount {
  return sessionOf(state, account, session)?.float.get(asset) ?? (0n as Amount);
}
