/**
 * Sharing out the pool (spec [RWD1]): what was paid into it goes to the stakers in proportion, by one running number and
 * without going through them. All in whole numbers, rounded so that the pool is never short.
 */
import type { Amount } from "@amigos/core";
import { accountOf } from "./ledger-state.ts";
import { poolAccount, REWARD_SCALE, stakedAsset } from "./due.ts";
import { editAccount, readAccount, type LedgerDraft } from "./draft.ts";
import type { Pool } from "./account-state.ts";

export const EMPTY_POOL: Pool = { total: 0n as Amount, perUnit: 0n, owed: 0n as Amount };

/** What is staked in all, in the state that a call begins with. */
export function totalStaked({ base }: LedgerDraft): Amount {
  return accountOf(base, poolAccount(base.network))?.pool?.total ?? EMPTY_POOL.total;
}

/** Notes that so much more is staked, or less. */
export function changeTotal(draft: LedgerDraft, change: bigint): void {
  const account = editAccount(draft, poolAccount(draft.base.network));
  const pool = account.pool ?? EMPTY_POOL;
  account.pool = { ...pool, total: (pool.total + change) as Amount };
}

export function shareOut(draft: LedgerDraft): void {
  const { network } = draft.base;
  const asset = stakedAsset(network);
  const account = readAccount(draft, poolAccount(network));
  const pool = account?.pool;
  if (asset === undefined || pool === undefined || pool.total === 0n) return;
  const fresh = (account?.balances.get(asset) ?? 0n) - pool.owed;
  // determinism: bigints, whose division rounds down
  const rise = (fresh * REWARD_SCALE) / pool.total;
  if (rise === 0n) return;
  const owed = ceilDiv(pool.total * rise, REWARD_SCALE);
  editAccount(draft, poolAccount(network)).pool = {
    total: pool.total,
    perUnit: pool.perUnit + rise,
    owed: (pool.owed + owed) as Amount,
  };
}

function ceilDiv(dividend: bigint, divisor: bigint): bigint {
  // determinism: bigints, whose division rounds down
  return (dividend + divisor - 1n) / divisor;
}
