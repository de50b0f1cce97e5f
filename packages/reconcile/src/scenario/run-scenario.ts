/**
 * Runs a scenario: verifies everything from its bytes, reconciles batch after batch, and says what became of each item, with
 * the roots (spec [SCN1]). No authority is needed: a checkpoint's id is the hash of its body, signed or not.
 */
import { bytesToHex, type Result, type VerifiedEntry } from "@amigos/core";
import { checkpointIdOf } from "../checkpoint/checkpoint.ts";
import { recordedOf, recordOf, type RecordInput } from "../checkpoint/record.ts";
import { checkpointOf } from "../checkpoint/seal.ts";
import { checkItems, NO_ACQUAINTANCE, wellOf, type Acquaintance } from "../checkpoint/verify-items.ts";
import { reconcile, type Reconciliation } from "../reconcile.ts";
import { encodeLedgerState } from "../state/encode-state.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import { createPast, type Past } from "./past.ts";
import { readScenario, type Batch, type ScenarioError } from "./read-scenario.ts";
import { itemsOf, type BatchReport, type ScenarioReport } from "./report.ts";

/**
 * `json` is what `JSON.parse` made of a scenario. Asynchronous only because runtimes verify many signatures at once that
 * way; it reads nothing but its argument.
 */
export async function runScenario(json: unknown): Promise<Result<ScenarioReport, ScenarioError>> {
  const scenario = readScenario(json);
  if (!scenario.ok) return scenario;
  const past = createPast();
  const batches: BatchReport[] = [];
  let { state } = scenario.value;
  let acquaintance = NO_ACQUAINTANCE;
  past.keep(state, []);
  for (const batch of scenario.value.batches) {
    const settled = await settle(state, batch, { past, acquaintance });
    batches.push(settled.report);
    ({ state, acquaintance } = settled);
  }
  const snapshot = bytesToHex(encodeLedgerState(state));
  return { ok: true, value: { version: 1, network: state.network.id, batches, snapshot } };
}

async function settle(
  state: LedgerState,
  batch: Batch,
  { past, acquaintance }: { readonly past: Past; readonly acquaintance: Acquaintance },
): Promise<{ readonly state: LedgerState; readonly acquaintance: Acquaintance; readonly report: BatchReport }> {
  const { checked, acquaintance: met } = await checkItems(state, batch, acquaintance);
  const input = wellOf(checked);
  const reconciliation = reconcile({ state, ...input, history: past.history, time: batch.time });
  const body = checkpointOf(reconciliation, state);
  const checkpoint = checkpointIdOf(body);
  const next = { ...reconciliation.state, checkpoint };
  past.keep(next, settledEntries(reconciliation, input));
  const { height, time, stateRoot, verdictsRoot } = body;
  const report = {
    height,
    time,
    ...itemsOf(checked, reconciliation),
    stateRoot,
    verdictsRoot,
    checkpoint,
  };
  return { state: next, acquaintance: met, report };
}

/** What a replica that keeps records would know of this batch: nobody signed the checkpoint, so there are no bytes of it. */
function settledEntries(reconciliation: Reconciliation, input: RecordInput): readonly VerifiedEntry[] {
  return recordedOf(recordOf(reconciliation, { bytes: new Uint8Array() }, input), input.entries);
}
