/** What the auditor's memory comes to: a line for each thing that a state holds, so that two models can be compared. */
import {
  atMostAnAmount,
  balanceOf,
  headOf,
  nextSequenceOf,
  stakedBehind,
  stakedByAll,
  type AuditedAccount,
  type AuditedSession,
  type Memory,
} from "./memory.ts";

export function booksOf(memory: Memory): readonly string[] {
  return [
    ...[...memory.balances].flatMap(([row, amount]) => (amount === 0n ? [] : [`balance ${row} ${amount}`])),
    ...[...memory.accounts.values()].flatMap((account) => accountLines(memory, account)),
    ...memory.sessions.flatMap((session) => sessionLines(memory, session)),
    `pool fresh ${balanceOf(memory, memory.network.id, memory.stakedAsset) - memory.owed}`,
    `pool total ${stakedByAll(memory)} perUnit ${memory.perUnit} owed ${memory.owed}`,
  ].toSorted();
}

function accountLines(memory: Memory, account: AuditedAccount): readonly string[] {
  const { id, keys, generation, control, recovery, round, recoveries, stakes, since, unbonding } = account;
  const weight = stakedBehind(memory, id);
  return [
    ...(keys === undefined ? [] : [`keys ${id} ${keys.masterKey} ${keys.nextKeyDigest}`]),
    `account ${id} generation ${generation} control ${control.next} ${control.head} round ${round}`,
    ...(recovery?.guardians === undefined
      ? []
      : [
          `guardians ${id} ${recovery.guardians.threshold} of ${recovery.guardians.accounts.join()} after ${recovery.guardians.delayMs}`,
        ]),
    ...(recovery?.timeLockedKey === undefined
      ? []
      : [`time-locked ${id} ${recovery.timeLockedKey.key} after ${recovery.timeLockedKey.delayMs}`]),
    ...(recovery?.backupKey === undefined
      ? []
      : [`backup ${id} ${recovery.backupKey.key} after ${recovery.backupKey.delayMs}`]),
    ...recoveries.map(
      ({ start, way, masterKey, nextKeyDigest, starter, approvals, due }) =>
        `recovery ${id} ${start} ${way} ${masterKey} ${nextKeyDigest} started by ${starter ?? "a key"} approved by ${approvals.toSorted().join()} due ${due}`,
    ),
    ...[...stakes].map(([validator, amount]) => `stake ${id} behind ${validator} ${amount}`),
    ...(since === 0n ? [] : [`since ${id} ${since}`]),
    ...unbonding.map(({ due, amount }) => `unbonding ${id} ${due} ${amount}`),
    ...(weight === 0n ? [] : [`weight ${id} ${weight}`]),
  ];
}

function sessionLines(memory: Memory, session: AuditedSession): readonly string[] {
  const { id, terms, frozenFrom, revokedFrom, float, outstanding, kept } = session;
  const head = headOf(memory, id);
  const sums = new Map<string, bigint>();
  for (const { height, asset, amount } of outstanding)
    sums.set(`${height} ${asset}`, (sums.get(`${height} ${asset}`) ?? 0n) + amount);
  return [
    `session ${id} generation ${terms.generation} frozen ${frozenFrom ?? "never"} revoked ${revokedFrom ?? "never"}`,
    `log ${id} next ${nextSequenceOf(memory, id)} head ${head?.link ?? id} time ${head?.entry.time ?? 0} checkpoint ${head?.entry.checkpoint.height ?? 0}`,
    ...[...float].flatMap(([asset, amount]) => (amount === 0n ? [] : [`float ${id} ${asset} ${amount}`])),
    ...[...sums].map(([row, amount]) => `outstanding ${id} ${row} ${atMostAnAmount(amount)}`),
    ...kept.map(
      ({ sequence, head: seen, witness, session: by, place }) =>
        `kept ${id} ${sequence} ${seen} by ${witness} ${by} at ${place}`,
    ),
  ];
}
