/** What an accepted entry moves, what is due to its account before, and how a call closes ([MOV1] to [MOV5], [RWD1], [LIM7]). */
import type { Entry } from "@amigos/core";
import type { Call } from "./call.ts";
import {
  balanceOf,
  credit,
  emptyFloat,
  headOf,
  rowOf,
  sessionOf,
  spendOf,
  stakedBy,
  stakedByAll,
  type AuditedAccount,
  type AuditedSession,
  type Memory,
} from "./memory.ts";

const UNIT = 2n ** 64n;
const OUTSTANDING_HEIGHTS_MAX = 32;

/** [MOV5] */
export function bringUpToDate({ memory, time, beginning }: Call, id: string): void {
  const account = rowOf(memory, id);
  for (const { due, amount } of account.unbonding) if (due <= time) credit(memory, id, memory.stakedAsset, amount);
  account.unbonding = account.unbonding.filter(({ due }) => due > time);

  const reward = (stakedBy(account) * (beginning.perUnit - account.since)) / UNIT;
  credit(memory, memory.network.id, memory.stakedAsset, -reward);
  credit(memory, id, memory.stakedAsset, reward);
  memory.owed -= reward;
  account.since = beginning.perUnit;

  const { expiryGraceMs } = memory.network.genesis.parameters;
  for (const session of memory.sessions) {
    if (session.account === id && time > session.terms.expiry + expiryGraceMs) emptyFloat(memory, session);
  }
}

/** Whoever has no stakes was paid up to nothing ([RWD2]). */
export function forgetRewards(memory: Memory, id: string): void {
  const account = rowOf(memory, id);
  if (account.stakes.size === 0) account.since = 0n;
}

export function move(call: Call, entry: Entry): void {
  const { memory } = call;
  const { account: id, operation } = entry;
  const account = rowOf(memory, id);
  const session = sessionOf(memory, id, entry.session);
  if (session === undefined) throw new Error("what is accepted has a session");
  const spend = spendOf(entry);
  if (spend !== undefined) {
    const { to, asset, amount } = spend;
    const setAside = session.float.get(asset) ?? 0n;
    const fromFloat = amount < setAside ? amount : setAside;
    session.float.set(asset, setAside - fromFloat);
    credit(memory, id, asset, fromFloat - amount);
    credit(memory, to, asset, amount);
    const hasOfflineLimit = session.terms.offlineLimits?.some((limit) => limit.asset === asset) === true;
    if (hasOfflineLimit && amount > 0n)
      session.outstanding = [...session.outstanding, { height: call.height + 1, asset, amount }];
  }
  switch (operation.type) {
    case "float":
      if (session.revokedFrom !== undefined) break;
      session.float.set(operation.asset, (session.float.get(operation.asset) ?? 0n) + operation.amount);
      credit(memory, id, operation.asset, -operation.amount);
      break;
    case "release":
      session.float.set(operation.asset, (session.float.get(operation.asset) ?? 0n) - operation.amount);
      credit(memory, id, operation.asset, operation.amount);
      break;
    case "stake":
      rowOf(memory, operation.validator);
      rowOf(memory, memory.network.id);
      credit(memory, id, operation.asset, -operation.amount);
      account.stakes.set(operation.validator, (account.stakes.get(operation.validator) ?? 0n) + operation.amount);
      break;
    case "unstake":
      unstake(account, operation, call.time + memory.network.genesis.parameters.unbondingMs);
      break;
    case "pay":
    case "execute":
    case "attest":
  }
}

function unstake(
  account: AuditedAccount,
  { validator, amount }: { readonly validator: string; readonly amount: bigint },
  due: number,
): void {
  const left = (account.stakes.get(validator) ?? 0n) - amount;
  if (left === 0n) account.stakes.delete(validator);
  else account.stakes.set(validator, left);
  const sameDue = account.unbonding.find((row) => row.due === due)?.amount ?? 0n;
  account.unbonding = [...account.unbonding.filter((row) => row.due !== due), { due, amount: sameDue + amount }];
}

/** [RWD1] */
export function shareRewards(memory: Memory): void {
  const fresh = balanceOf(memory, memory.network.id, memory.stakedAsset) - memory.owed;
  const total = stakedByAll(memory);
  if (total === 0n) return;
  const rise = (fresh * UNIT) / total;
  memory.perUnit += rise;
  memory.owed += (total * rise + UNIT - 1n) / UNIT;
}

/** [LIM7] */
export function trimOutstanding(memory: Memory, session: AuditedSession): void {
  const lastCheckpoint = headOf(memory, session.id)?.entry.checkpoint.height ?? 0;
  session.outstanding = session.outstanding.filter(({ height }) => height > lastCheckpoint);
  for (;;) {
    const heights = [...new Set(session.outstanding.map(({ height }) => height))].toSorted((a, b) => a - b);
    const [lowest, next] = heights;
    if (heights.length <= OUTSTANDING_HEIGHTS_MAX || lowest === undefined || next === undefined) return;
    session.outstanding = session.outstanding.map((row) => (row.height === lowest ? { ...row, height: next } : row));
  }
}
