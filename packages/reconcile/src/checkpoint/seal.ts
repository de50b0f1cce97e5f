/** Sealing: a reconciliation becomes the next checkpoint, signed by the ledger's authority (spec [CHP4]). */
import { assert, type Signer } from "@amigos/core";
import type { Reconciliation } from "../reconcile.ts";
import { stateRoot, type LedgerState } from "../state/ledger-state.ts";
import { signCheckpoint, type Checkpoint, type VerifiedCheckpoint } from "./checkpoint.ts";
import { verdictsRoot } from "./verdicts-root.ts";

export interface SealOptions {
  readonly reconciliation: Reconciliation;
  /** The state that was reconciled. */
  readonly previous: LedgerState;
  readonly signer: Signer;
}

export interface Sealed {
  /** The reconciled state, with its checkpoint's id. */
  readonly state: LedgerState;
  readonly checkpoint: VerifiedCheckpoint;
}

export async function sealCheckpoint({ reconciliation, previous, signer }: SealOptions): Promise<Sealed> {
  const checkpoint = await signCheckpoint(checkpointOf(reconciliation, previous), signer);
  return { state: { ...reconciliation.state, checkpoint: checkpoint.id }, checkpoint };
}

/** What there is to sign: the checkpoint that a reconciliation of `previous` makes. */
export function checkpointOf(reconciliation: Reconciliation, previous: LedgerState): Checkpoint {
  const { state, policy } = reconciliation;
  assert(
    state.height === previous.height + 1 && state.checkpoint === previous.checkpoint,
    "a reconciliation is sealed onto the state it began from",
  );
  return {
    version: 1,
    network: state.network.id,
    height: state.height,
    time: state.time,
    previous: previous.checkpoint,
    stateRoot: stateRoot(state),
    verdictsRoot: verdictsRoot(reconciliation),
    policy,
  };
}
