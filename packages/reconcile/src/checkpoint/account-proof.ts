/**
 * What a checkpoint says about one account, for somebody who holds nothing else of the ledger (spec [CAR1]): the row of the
 * account with the path of its search, against the state root that the authority signed.
 */
import { err, ok, type AccountId, type DecodeError, type Result } from "@amigos/core";
import {
  decodeMerkleProof,
  encodeMerkleProof,
  prove,
  verifyProof,
  type MerkleProof,
  type ProofError,
} from "../merkle/merkle-proof.ts";
import type { MerkleRoot } from "../merkle/merkle-map.ts";
import type { AccountState } from "../state/account-state.ts";
import { decodeAccount } from "../state/encode-account.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import type { VerifiedCheckpoint } from "./checkpoint.ts";

export type AccountProofError =
  | DecodeError
  | ProofError
  /** A row stands under another key than its own: no ledger makes such a state. */
  | { readonly type: "wrong-account"; readonly expected: AccountId; readonly found: AccountId };

/** The proof of an account's row in a settled state, or of its absence. */
export function proveAccount(state: LedgerState, account: AccountId): Uint8Array {
  return encodeMerkleProof(prove(state.accounts, account));
}

/** The account as the checkpoint has it, or `undefined` where the proof shows that the ledger does not know it. */
export function verifyAccountProof(
  checkpoint: VerifiedCheckpoint,
  bytes: Uint8Array,
  account: AccountId,
): Result<AccountState | undefined, AccountProofError> {
  const proof = decodeMerkleProof(bytes);
  return proof.ok ? verifyRow(checkpoint, proof.value, account) : proof;
}

/** The account that the proof is about, by its own row: `undefined` where it shows none. */
export function verifyOwnRow(
  checkpoint: VerifiedCheckpoint,
  bytes: Uint8Array,
): Result<AccountState | undefined, AccountProofError> {
  const proof = decodeMerkleProof(bytes);
  if (!proof.ok) return proof;
  const row = rowOf(proof.value);
  if (row === undefined) return ok(undefined);
  return row.ok ? verifyRow(checkpoint, proof.value, row.value.id) : row;
}

/** The row that a proof carries. Proves nothing. */
export function rowOf({ end }: MerkleProof): Result<AccountState, DecodeError> | undefined {
  return end.type === "row" ? decodeAccount(end.value) : undefined;
}

function verifyRow(
  { checkpoint }: VerifiedCheckpoint,
  proof: MerkleProof,
  account: AccountId,
): Result<AccountState | undefined, AccountProofError> {
  const proven = verifyProof(checkpoint.stateRoot as string as MerkleRoot, account, proof);
  if (!proven.ok) return proven;
  if (proven.value === undefined) return ok(undefined);
  const row = decodeAccount(proven.value);
  if (!row.ok) return row;
  return row.value.id === account ? row : err({ type: "wrong-account", expected: account, found: row.value.id });
}
