/**
 * Runs a scenario: verifies everything from its bytes, reconciles batch after batch, and says what became of each item, with
 * the roots (spec [SCN1]). No authority is needed: a checkpoint's id is the hash of its body, signed or not.
 */
import { bytesToHex, type Result, type VerifiedEntry } from "@amigos/core";
import { checkpointIdOf } from "../checkpoint/checkpoint.ts";
import { recordedOf, recordOf, type RecordInput } from "../checkpoint/record.ts";
import { checkpointOf } from "../checkpoint/seal.ts";
import { reconcile, type Reconciliation } from "../reconcile.ts";
import { encodeLedgerState } from "../state/encode-state.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import { createPast, type Past } from "./past.ts";
import { readScenario, type Batch, type ScenarioError } from "./read-scenario.ts";
import { itemsOf, type BatchReport, type ScenarioReport } from "./report.ts";
import { valuesOf, verifyBatch, type Acquaintance } from "./verify-batch.ts";

/**
 * `json` is what `JSON.parse` made of a scenario. Asynchronous only because runtimes verify many signatures at once that
 * way; it reads nothing but its argument.
 */
export async function runScenario(json: unknown): Promise<Result<ScenarioReport, ScenarioError>> {
  const scenario = readScenario(json);
  if (!scenario.ok) return scenario;
  const acquaintance: Acquaintance = { inceptions: [], control: [] };
  const past = createPast();
  const batches: BatchReport[] = [];
  let { state } = scenario.value;
  past.keep(state, []);
  for (const batch of scenario.value.batches) {
    const settled = await settle(state, batch, { past, acquaintance });
    batches.push(settled.report);
    state = settled.state;
  }
  const snapshot = bytesToHex(encodeLedgerState(state));
  return { ok: true, value: { version: 1, network: state.network.id, batches, snapshot } };
}

async function settle(
  state: LedgerState,
  batch: Batch,
  { past, acquaintance }: { readonly past: Past; readonly acquaintance: Acquaintance },
): Promise<{ readonly state: LedgerState; readonly report: BatchReport }> {
  const verified = await verifyBatch(state, batch, acquaintance);
  const input = {
    inceptions: valuesOf(verified.inceptions),
    control: valuesOf(verified.control),
    entries: valuesOf(verified.entries),
  };
  const reconciliation = reconcile({ state, ...input, history: past.history, time: batch.time });
  const body = checkpointOf(reconciliation, state);
  const checkpoint = checkpointIdOf(body);
  const next = { ...reconciliation.state, checkpoint };
  past.keep(next, settledEntries(reconciliation, input));
  const { height, time, stateRoot, verdictsRoot } = body;
  const report = {
    height,
    time,
    ...itemsOf(verified, reconciliation),
    stateRoot,
    verdictsRoot,
    checkpoint,
  };
  return { state: next, report };
}

/** What a replica that keeps records would know of this batch: nobody signed the checkpoint, so there are no bytes of it. */
function settledEntries(reconciliation: Reconciliation, input: RecordInput): readonly VerifiedEntry[] {
  return recordedOf(recordOf(reconciliation, { bytes: new Uint8Array() }, input), input.entries);
}
