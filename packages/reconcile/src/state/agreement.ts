/**
 * What rows of one state say about each other (spec [STA5]): every ledger that began with a genesis holds to it, and reconcile
 * builds on it. Asked of a snapshot that somebody else made, before anything is reckoned with it.
 */
import type { AccountId, Network } from "@amigos/core";
import type { AccountState } from "./account-state.ts";
import { poolAccount, stakedAsset } from "./due.ts";
import { EMPTY_POOL } from "./rewards.ts";

/** What is expected and does not hold. */
export function findDisagreement(accounts: readonly AccountState[], network: Network): string | undefined {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const holder = byId.get(poolAccount(network));
  const pool = holder?.pool ?? EMPTY_POOL;
  const { behind, total } = sumStakes(accounts);
  const asset = stakedAsset(network);
  const held = asset === undefined ? 0n : (holder?.balances.get(asset) ?? 0n);
  const isPaid = ({ stakes, rewardedTo }: AccountState): boolean =>
    stakes.size === 0 ? rewardedTo === 0n : rewardedTo <= pool.perUnit;
  if (accounts.some((account) => account.pool !== undefined && account !== holder))
    return "a pool of the network alone";
  if (accounts.some(({ id, weight }) => weight !== (behind.get(id) ?? 0n)) || behind.size > weighty(accounts))
    return "the weight of an account to be what is staked behind it";
  if (pool.total !== total) return "the pool's total to be what is staked";
  if (pool.owed > held) return "the pool to hold what it owes";
  if (!accounts.every(isPaid)) return "rewards to be paid up to what the pool has shared out";
  return accounts.every((account) => hasKnownWitnesses(account, byId)) ? undefined : "attestations by known sessions";
}

function sumStakes(accounts: readonly AccountState[]): {
  readonly behind: ReadonlyMap<AccountId, bigint>;
  readonly total: bigint;
} {
  const behind = new Map<AccountId, bigint>();
  let total = 0n;
  for (const { stakes } of accounts) {
    for (const [validator, amount] of stakes) {
      behind.set(validator, (behind.get(validator) ?? 0n) + amount);
      total += amount;
    }
  }
  return { behind, total };
}

/** How many accounts have something staked behind them. */
function weighty(accounts: readonly AccountState[]): number {
  return accounts.filter(({ weight }) => weight > 0n).length;
}

function hasKnownWitnesses({ sessions }: AccountState, byId: ReadonlyMap<AccountId, AccountState>): boolean {
  return [...sessions.values()].every(({ attested }) =>
    attested.every(({ witness, session }) => byId.get(witness)?.sessions.has(session) === true),
  );
}
