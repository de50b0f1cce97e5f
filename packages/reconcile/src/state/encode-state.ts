/**
 * A whole state as bytes: to resume at a checkpoint instead of replaying everything before it (spec [STA5]). Bytes from
 * elsewhere prove nothing until the state root they decode to is that of an authentic checkpoint.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  err,
  field,
  id,
  integer,
  list,
  ok,
  version,
  type AssetCode,
  type CheckpointId,
  type DecodeError,
  type Height,
  type Network,
  type NetworkId,
  type Result,
  type Schema,
  type TimeMs,
} from "@amigos/core";
import { createMerkleMap, merkleRows, merkleSet } from "../merkle/merkle-map.ts";
import type { AccountState } from "./account-state.ts";
import { findDisagreement } from "./agreement.ts";
import { holdingsOf } from "./holdings.ts";
import { ACCOUNT_BYTES_MAX, decodeAccount, encodeAccount } from "./encode-account.ts";
import { genesisCheckpoint, supplyOf, type LedgerState } from "./ledger-state.ts";

interface Snapshot {
  readonly version: 1;
  readonly network: NetworkId;
  readonly height: Height;
  readonly time: TimeMs;
  readonly checkpoint: CheckpointId;
  /** In order of ids. */
  readonly accounts: readonly Uint8Array[];
}

/** Two million accounts of 256 bytes: beyond that a snapshot has to come in pieces. */
const SNAPSHOT_BYTES_MAX = 512 * 1024 * 1024;
const ACCOUNTS_MAX = 2_000_000;

const snapshotSchema: Schema<Snapshot> = body<Snapshot>({
  version: field(0, version<1>(1)),
  network: field(1, id<NetworkId>()),
  height: field(2, integer<Height>()),
  time: field(3, integer<TimeMs>()),
  checkpoint: field(4, id<CheckpointId>()),
  accounts: field(5, list(byteString(ACCOUNT_BYTES_MAX), ACCOUNTS_MAX)),
});

export function encodeLedgerState(state: LedgerState): Uint8Array {
  return encodeWith(snapshotSchema, {
    version: 1,
    network: state.network.id,
    height: state.height,
    time: state.time,
    checkpoint: state.checkpoint,
    accounts: [...merkleRows(state.accounts)].map(([, account]) => encodeAccount(account)),
  });
}

/**
 * Refuses what no ledger of this network can be: rows out of order, unknown assets, more or less value than there is, rows
 * that contradict each other.
 */
export function decodeLedgerState(bytes: Uint8Array, network: Network): Result<LedgerState, DecodeError> {
  const decoded = decodeWith(snapshotSchema, bytes, SNAPSHOT_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { height, time, checkpoint } = decoded.value;
  if (decoded.value.network !== network.id)
    return err({ type: "wrong-network", expected: network.id, found: decoded.value.network });
  if (time < network.genesis.time) return mismatch(".time", "not before the genesis");
  if (height === 0 && checkpoint !== genesisCheckpoint(network))
    return mismatch(".checkpoint", "the network id at height 0");
  const accounts = decodeAccounts(decoded.value.accounts);
  if (!accounts.ok) return accounts;
  if (!holdsTheSupply(accounts.value, network)) return mismatch(".accounts", "exactly what the genesis allocated");
  const disagreement = findDisagreement(accounts.value, network);
  if (disagreement !== undefined) return mismatch(".accounts", disagreement);
  const map = accounts.value.reduce(
    (sum, account) => merkleSet(sum, account.id, account),
    createMerkleMap(encodeAccount),
  );
  return ok({ network, height, time, checkpoint, accounts: map });
}

function decodeAccounts(rows: readonly Uint8Array[]): Result<readonly AccountState[], DecodeError> {
  const accounts: AccountState[] = [];
  for (const row of rows) {
    const account = decodeAccount(row);
    if (!account.ok) return account;
    const before = accounts.at(-1);
    if (before !== undefined && before.id >= account.value.id)
      return mismatch(`.accounts[${accounts.length}]`, "ids in ascending order");
    accounts.push(account.value);
  }
  return ok(accounts);
}

function holdsTheSupply(accounts: readonly AccountState[], network: Network): boolean {
  const held = new Map<AssetCode, bigint>();
  for (const account of accounts)
    for (const { asset, amount } of holdingsOf(account, network)) held.set(asset, (held.get(asset) ?? 0n) + amount);
  const supply = supplyOf(network);
  return (
    [...held.keys()].every((asset) => supply.has(asset)) &&
    [...supply].every(([asset, sum]) => (held.get(asset) ?? 0n) === sum)
  );
}

function mismatch(path: string, expected: string): { readonly ok: false; readonly error: DecodeError } {
  return err({ type: "schema-mismatch", path, expected });
}
