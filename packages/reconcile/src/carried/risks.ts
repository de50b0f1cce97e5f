/**
 * What could still become of a payment that the rules accept (spec [CAR8]). Offline nobody can rule these out; said as data, so
 * that a wallet can weigh an amount against them and tell its owner in plain words.
 */
import type { Amount, AssetCode, EntryId, Height, Network, SessionId, TimeMs, VerifiedPayment } from "@amigos/core";
import { compareText } from "../compare.ts";
import { isVoidPlace } from "../rules/void.ts";
import type { AccountState } from "../state/account-state.ts";
import { stakedAsset } from "../state/due.ts";
import type { SessionState } from "../state/session-state.ts";

export type CarriedRisk =
  /** Nobody vouches that the session has signed nothing else for one of these places. */
  | { readonly type: "not-certified" }
  /** The account may have revoked the session or pulled its kill switch since, or the session may have been frozen. */
  | { readonly type: "session-may-have-ended"; readonly height: Height; readonly ageMs: number }
  /** So much is not covered by the float: what else the account spends may be settled first. `sessions` are those that can. */
  | { readonly type: "balance-shared"; readonly uncovered: Amount; readonly sessions: readonly SessionId[] }
  /** What is known is old. */
  | { readonly type: "checkpoint-old"; readonly ageMs: number; readonly ageMsMax: number }
  /** The ledger decides nothing of it before these: unsettled payments that it builds on. */
  | { readonly type: "waits-for"; readonly entries: readonly EntryId[] };

/** A phone that is now and then online knows a checkpoint of today. */
const CHECKPOINT_AGE_MS_MAX = 86_400_000;

export interface RiskInput {
  readonly network: Network;
  /** As the checkpoint has it. */
  readonly account: AccountState;
  readonly payment: VerifiedPayment;
  /** What the payment takes from the balance and not from the float. */
  readonly uncovered: Amount;
  readonly height: Height;
  readonly ageMs: number;
  readonly dependencies: readonly EntryId[];
  /** Ledger time at which it was judged. */
  readonly time: TimeMs;
}

export function risksOf(input: RiskInput): readonly CarriedRisk[] {
  const { uncovered, height, ageMs, dependencies: entries } = input;
  const ageMsMax = CHECKPOINT_AGE_MS_MAX;
  return [
    { type: "not-certified" },
    { type: "session-may-have-ended", height, ageMs },
    ...(uncovered > 0n ? [{ type: "balance-shared", uncovered, sessions: rivalsOf(input) } as const] : []),
    ...(ageMs > ageMsMax ? [{ type: "checkpoint-old", ageMs, ageMsMax } as const] : []),
    ...(entries.length > 0 ? [{ type: "waits-for", entries } as const] : []),
  ];
}

/** Other sessions of the account that can move the payment's asset, as far as the checkpoint knows. */
function rivalsOf({ account, payment, network, time }: RiskInput): readonly SessionId[] {
  const { session: own, operation } = payment.entry;
  const { expiryGraceMs } = network.genesis.parameters;
  const isLive = (session: SessionState): boolean =>
    !isVoidPlace(account, session, session.nextSequence) && time - session.expiry <= expiryGraceMs;
  const isStaked = operation.asset === stakedAsset(network);
  return [...account.sessions.values()]
    .filter((session) => session.id !== own && isLive(session) && movesAsset(session, operation.asset, isStaked))
    .map(({ id }) => id)
    .toSorted(compareText);
}

function movesAsset({ permissions }: SessionState, asset: AssetCode, isStaked: boolean): boolean {
  return permissions.some((permission) => {
    if ("asset" in permission) return permission.asset === asset;
    const { type } = permission;
    return type === "SEND_UNLIMITED" || type === "IMPORT_EXECUTE" || (type === "STAKE_MANAGE" && isStaked);
  });
}
