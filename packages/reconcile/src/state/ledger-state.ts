/**
 * The ledger: what is settled, as one immutable value (spec [STA1]). A new state shares everything that did not change
 * with the one before, so keeping an old one costs little and handing one out costs nothing.
 */
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type Brand,
  type CheckpointId,
  type Height,
  type Network,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { createMerkleMap, merkleGet, merkleRoot, merkleSet, type MerkleMap } from "../merkle/merkle-map.ts";
import { emptyAccount, type AccountState } from "./account-state.ts";
import { encodeAccount } from "./encode-account.ts";
import type { SessionState } from "./session-state.ts";

/** Root of the accounts, 64 hex digits: what two replicas compare to know that they agree. */
export type StateRoot = Brand<string, "StateRoot">;

export interface LedgerState {
  readonly network: Network;
  /** Of the newest checkpoint in it: genesis is 0. */
  readonly height: Height;
  /** Ledger time of that checkpoint. Never goes back. */
  readonly time: TimeMs;
  /** Id of that checkpoint. For genesis: the network id. */
  readonly checkpoint: CheckpointId;
  readonly accounts: MerkleMap<AccountState>;
}

/** The state that a network begins with: its allocations, and nothing else (spec [STA2]). */
export function createGenesisState(network: Network): LedgerState {
  const accounts = network.initialBalances.reduce((map, { account, asset, amount }) => {
    const before = merkleGet(map, account) ?? emptyAccount(account);
    return amount === 0n ? map : merkleSet(map, account, credit(before, asset, amount));
  }, createMerkleMap(encodeAccount));
  return { network, height: 0 as Height, time: network.genesis.time, checkpoint: genesisCheckpoint(network), accounts };
}

/** Genesis counts as the checkpoint of height 0, and its id is the network's. */
export function genesisCheckpoint(network: Network): CheckpointId {
  return network.id as string as CheckpointId;
}

export function accountOf(state: LedgerState, account: AccountId): AccountState | undefined {
  return merkleGet(state.accounts, account);
}

/** What is available, in the asset's smallest unit. */
export function balanceOf(state: LedgerState, account: AccountId, asset: AssetCode): Amount {
  return accountOf(state, account)?.balances.get(asset) ?? (0n as Amount);
}

export function sessionOf(state: LedgerState, account: AccountId, session: SessionId): SessionState | undefined {
  return accountOf(state, account)?.sessions.get(session);
}

/** Commits to every account, session, counter and balance. Height and time are the checkpoint's to commit to. */
export function stateRoot(state: LedgerState): StateRoot {
  return merkleRoot(state.accounts) as string as StateRoot;
}

/** How much of each asset exists: what the genesis allocated. Payments move it and nothing makes or burns any (spec [STA3]). */
export function supplyOf(network: Network): ReadonlyMap<AssetCode, bigint> {
  const supply = new Map<AssetCode, bigint>(network.genesis.assets.map(({ code }) => [code, 0n]));
  for (const { asset, amount } of network.genesis.allocations) supply.set(asset, (supply.get(asset) ?? 0n) + amount);
  return supply;
}

function credit(account: AccountState, asset: AssetCode, amount: Amount): AccountState {
  const sum = ((account.balances.get(asset) ?? 0n) + amount) as Amount;
  return { ...account, balances: new Map(account.balances).set(asset, sum) };
}
