/** A state of the package in the auditor's words: a line for each thing that it holds (see `auditor/books.ts`). */
import type { AccountId } from "@amigos/core";
import { accountOf, merkleRows, type AccountState, type LedgerState, type SessionState } from "../../src/index.ts";

export function booksOfState(state: LedgerState): readonly string[] {
  const { network, accounts } = state;
  const poolAccount = accountOf(state, network.id as string as AccountId);
  const pool = poolAccount?.pool ?? { total: 0n, perUnit: 0n, owed: 0n };
  const asset = network.genesis.assets[0]?.code;
  const held = asset === undefined ? 0n : (poolAccount?.balances.get(asset) ?? 0n);
  return [
    ...[...merkleRows(accounts)].flatMap(([, account]) => accountLines(account)),
    `pool fresh ${held - pool.owed}`,
    `pool total ${pool.total} perUnit ${pool.perUnit} owed ${pool.owed}`,
  ].toSorted();
}

function accountLines(account: AccountState): readonly string[] {
  const { id, keys, balances, generation, control, recovery, recoveryRound, recoveries } = account;
  const { guardians, timeLockedKey, backupKey } = recovery ?? {};
  return [
    ...[...balances].map(([asset, amount]) => `balance ${id}/${asset} ${amount}`),
    ...(keys === undefined ? [] : [`keys ${id} ${keys.masterKey} ${keys.nextKeyDigest}`]),
    `account ${id} generation ${generation} control ${control.nextSequence} ${control.head} round ${recoveryRound}`,
    ...(guardians === undefined
      ? []
      : [`guardians ${id} ${guardians.threshold} of ${guardians.accounts.join()} after ${guardians.delayMs}`]),
    ...(timeLockedKey === undefined ? [] : [`time-locked ${id} ${timeLockedKey.key} after ${timeLockedKey.delayMs}`]),
    ...(backupKey === undefined ? [] : [`backup ${id} ${backupKey.key} after ${backupKey.delayMs}`]),
    ...recoveries.map(
      ({ start, way, masterKey, nextKeyDigest, starter, approvals, due }) =>
        `recovery ${id} ${start} ${way} ${masterKey} ${nextKeyDigest} started by ${starter ?? "a key"} approved by ${approvals.toSorted().join()} due ${due ?? 0}`,
    ),
    ...bondLines(account),
    ...[...account.sessions.values()].flatMap(sessionLines),
  ];
}

function bondLines({ id, stakes, rewardedTo, unbonding, weight }: AccountState): readonly string[] {
  return [
    ...[...stakes].map(([validator, amount]) => `stake ${id} behind ${validator} ${amount}`),
    ...(rewardedTo === 0n ? [] : [`since ${id} ${rewardedTo}`]),
    ...unbonding.map(({ due, amount }) => `unbonding ${id} ${due} ${amount}`),
    ...(weight === 0n ? [] : [`weight ${id} ${weight}`]),
  ];
}

function sessionLines(session: SessionState): readonly string[] {
  const { id, generation, frozenFrom, revokedFrom, nextSequence, head, lastTime, lastCheckpoint } = session;
  return [
    `session ${id} generation ${generation} frozen ${frozenFrom ?? "never"} revoked ${revokedFrom ?? "never"}`,
    `log ${id} next ${nextSequence} head ${head} time ${lastTime} checkpoint ${lastCheckpoint}`,
    ...[...session.float].map(([asset, amount]) => `float ${id} ${asset} ${amount}`),
    ...session.outstanding.map(({ height, asset, amount }) => `outstanding ${id} ${height} ${asset} ${amount}`),
    ...session.attested.map(
      ({ sequence, head: seen, witness, session: by, place }) =>
        `kept ${id} ${sequence} ${seen} by ${witness} ${by} at ${place}`,
    ),
  ];
}
