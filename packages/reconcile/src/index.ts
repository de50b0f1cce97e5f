/**
 * `@amigos/reconcile`: the rule book. From a settled state and a set of verified entries to verdicts, evidence and the next
 * state; checkpoints over it; proofs out of it. No clock, no randomness, no I/O. The spec is `docs/spec/reconcile.md`.
 */
export { reconcile, type Attested, type Reconciliation, type ReconcileInput } from "./reconcile.ts";
export { NO_HISTORY, type CheckpointFact, type History } from "./history.ts";
export { judgeNext, limitsOf, traceNext, type JudgeContext, type LimitStatus } from "./judge.ts";
export { type TraceStep } from "./ladder.ts";
export { explain, type Explanation, type ExplanationKey } from "./explain.ts";
export {
  freezeFork,
  honourAll,
  POLICIES,
  policyOf,
  singleBranch,
  type BranchEntry,
  type ConflictPolicy,
} from "./policy.ts";
export { verifyControlWith, type KnownKeys } from "./control/verify-control.ts";
export { LADDER } from "./rules/index.ts";
export {
  isDecided,
  type ControlFailure,
  type ControlVerdict,
  type DeferralFailure,
  type Failure,
  type FailureCode,
  type IgnoredFailure,
  type Outcome,
  type RejectionFailure,
  type Verdict,
  type VerdictSubject,
} from "./verdict.ts";
export {
  accountOf,
  balanceOf,
  createGenesisState,
  genesisCheckpoint,
  sessionOf,
  stateRoot,
  supplyOf,
  type LedgerState,
  type StateRoot,
} from "./state/ledger-state.ts";
export type { AccountState, ControlHead, PendingRecovery, Pool, Unbonding } from "./state/account-state.ts";
export type { KeptAttestation, OutstandingRow, SessionState, SpentByDay } from "./state/session-state.ts";
export { decodeAccount } from "./state/encode-account.ts";
export { holdingsOf } from "./state/holdings.ts";
export { decodeLedgerState, encodeLedgerState } from "./state/encode-state.ts";
export {
  CHECKPOINT_BYTES_MAX,
  signCheckpoint,
  verifyCheckpoint,
  type Checkpoint,
  type CheckpointError,
  type VerifiedCheckpoint,
} from "./checkpoint/checkpoint.ts";
export { sealCheckpoint, type Sealed, type SealOptions } from "./checkpoint/seal.ts";
export {
  CHECKPOINT_ITEMS_MAX,
  decodeCheckpointRecord,
  encodeCheckpointRecord,
  checkpointOfRecord,
  entryOffsets,
  recordedOf,
  recordOf,
  type CheckpointRecord,
  type RecordInput,
} from "./checkpoint/record.ts";
export { proveAccount, verifyAccountProof, type AccountProofError } from "./checkpoint/account-proof.ts";
export { replayCheckpoint, type LookUp, type Replayed, type ReplayError } from "./checkpoint/replay.ts";
export { verifyItems, type EncodedItems, type ItemError, type VerifiedItems } from "./checkpoint/verify-items.ts";
export { wouldAct } from "./control/acting.ts";
export { isVoidPlace } from "./rules/void.ts";
export { encodeVerdict, verdictsOf, verdictsRoot } from "./checkpoint/verdicts-root.ts";
export {
  carriedToText,
  carryPayment,
  isCarried,
  isCarriedText,
  textToCarried,
  type CarriedTextError,
  type CarryError,
  type CarryInput,
} from "./carried/carried-payment.ts";
export { type CarriedRisk } from "./carried/risks.ts";
export {
  verifyCarriedPayment,
  type CarriedContext,
  type CarriedLeft,
  type CarriedPayment,
  type CarriedPaymentError,
} from "./carried/verify-carried.ts";
export {
  createMerkleMap,
  merkleGet,
  merkleRoot,
  merkleRows,
  merkleSet,
  type MerkleMap,
  type MerkleRoot,
  type NodeHash,
} from "./merkle/merkle-map.ts";
export {
  decodeMerkleProof,
  encodeMerkleProof,
  prove,
  verifyProof,
  type MerkleProof,
  type ProofEnd,
  type ProofError,
  type ProofStep,
} from "./merkle/merkle-proof.ts";
export { DAY_MS, endOfUtcDay, startOfUtcDay, utcDayOf, type UtcDay } from "./utc-day.ts";
