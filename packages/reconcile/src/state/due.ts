/**
 * What is due to an account and not in its balance yet (spec [MOV5]): unbonding that has waited long enough, rewards of its
 * stakes, and floats of sessions that can spend nothing any more. It is worked out when an entry of the account is judged, so
 * that a checkpoint never has to go through accounts that nobody asked about.
 */
import type { AccountId, Amount, AssetCode, Network, SessionId } from "@amigos/core";
import type { Moment } from "../rules/rule.ts";
import type { AccountState, Unbonding } from "./account-state.ts";
import type { SessionState } from "./session-state.ts";

export interface Due {
  readonly unbonded: bigint;
  readonly stillUnbonding: readonly Unbonding[];
  readonly reward: bigint;
  readonly rewardedTo: bigint;
  /** Sessions whose floats go back. */
  readonly sessions: readonly SessionState[];
}

/** Rewards per staked unit are kept times 2^64. */
export const REWARD_SCALE: bigint = 2n ** 64n;

/** The asset that is staked, and in which rewards come: the first of the genesis. */
export function stakedAsset(network: Network): AssetCode | undefined {
  return network.genesis.assets[0]?.code;
}

/** The account that holds the pool. */
export function poolAccount(network: Network): AccountId {
  return network.id as string as AccountId;
}

/** `undefined` when nothing is. `perUnit` is the pool's in the state that the call began with. */
export function dueOf(account: AccountState, perUnit: bigint, moment: Moment): Due | undefined {
  const { stakes, rewardedTo, unbonding, sessions } = account;
  const isRewarded = stakes.size > 0 && rewardedTo !== perUnit;
  const isUnbonded = unbonding.length > 0 && (unbonding[0] as Unbonding).due <= moment.time;
  const idle = idleFloats(sessions, moment);
  if (!isRewarded && !isUnbonded && idle.length === 0) return undefined;
  const ripe = unbonding.filter(({ due }) => due <= moment.time);
  return {
    unbonded: sumOf(ripe),
    stillUnbonding: unbonding.slice(ripe.length),
    // determinism: bigints, whose division rounds down
    reward: isRewarded ? (stakedBy(account) * (perUnit - rewardedTo)) / REWARD_SCALE : 0n,
    rewardedTo: isRewarded ? perUnit : rewardedTo,
    sessions: idle,
  };
}

/** The account as if it had been given what is due. */
export function withDue(account: AccountState, due: Due, network: Network): AccountState {
  const balances = new Map(account.balances);
  addDue(balances, due, network);
  const sessions = new Map(account.sessions);
  for (const session of due.sessions) sessions.set(session.id, { ...session, float: new Map() });
  return { ...account, balances, sessions, unbonding: due.stillUnbonding, rewardedTo: due.rewardedTo };
}

export function addDue(balances: Map<AssetCode, Amount>, due: Due, network: Network): void {
  const staked = stakedAsset(network);
  if (staked !== undefined) addTo(balances, staked, due.unbonded + due.reward);
  for (const { float } of due.sessions) for (const [asset, amount] of float) addTo(balances, asset, amount);
}

/** Changes a row, which is never zero. */
export function addTo<Key>(rows: Map<Key, Amount>, key: Key, change: bigint): void {
  const sum = (rows.get(key) ?? 0n) + change;
  if (sum === 0n) rows.delete(key);
  else rows.set(key, sum as Amount);
}

function stakedBy({ stakes }: AccountState): bigint {
  let sum = 0n;
  for (const amount of stakes.values()) sum += amount;
  return sum;
}

function sumOf(rows: readonly Unbonding[]): bigint {
  return rows.reduce((sum, { amount }) => sum + amount, 0n);
}

const NONE: readonly SessionState[] = [];

function idleFloats(
  sessions: ReadonlyMap<SessionId, SessionState>,
  { network, time }: Moment,
): readonly SessionState[] {
  let idle: SessionState[] | undefined;
  const { expiryGraceMs } = network.genesis.parameters;
  for (const session of sessions.values()) {
    if (session.float.size === 0 || time <= session.expiry + expiryGraceMs) continue;
    idle ??= [];
    idle.push(session);
  }
  return idle ?? NONE;
}
