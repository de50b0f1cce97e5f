/**
 * A ledger of which only one row is known, so that the rule book itself can judge what builds on it (spec [CAR6]). What a
 * judgement of the account's entries reads elsewhere is set to what takes nothing from anybody and gives nothing: no
 * rewards that are not in the row, no weight of witnesses.
 */
import type { Amount, Network } from "@amigos/core";
import { createMerkleMap, merkleSet } from "../merkle/merkle-map.ts";
import { emptyAccount, type AccountState, type Pool } from "../state/account-state.ts";
import { poolAccount } from "../state/due.ts";
import { encodeAccount } from "../state/encode-account.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import type { VerifiedCheckpoint } from "../checkpoint/checkpoint.ts";

export function oneRowState(row: AccountState, { id, checkpoint }: VerifiedCheckpoint, network: Network): LedgerState {
  const rows = [{ ...emptyAccount(poolAccount(network)), pool: poolFor(row) }, withoutWitnesses(row)];
  const accounts = rows.reduce((map, account) => merkleSet(map, account.id, account), createMerkleMap(encodeAccount));
  return { network, height: checkpoint.height, time: checkpoint.time, checkpoint: id, accounts };
}

/** One that owes the account nothing. */
function poolFor({ stakes, rewardedTo }: AccountState): Pool {
  const total = [...stakes.values()].reduce((sum, amount) => sum + amount, 0n) as Amount;
  return { total, perUnit: rewardedTo, owed: 0n as Amount };
}

/** Attestations say how sure an entry is to be settled, not whether it may be; and whose they are is not known here. */
function withoutWitnesses(row: AccountState): AccountState {
  const sessions = new Map([...row.sessions].map(([id, session]) => [id, { ...session, attested: [] }]));
  return { ...row, sessions };
}
