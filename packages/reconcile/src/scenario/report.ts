/**
 * What became of a scenario, as JSON (spec [SCN5]): the same text from every implementation. Ids, roots and bytes are hex, amounts
 * digits as text, all other numbers are numbers.
 */
import { bytesToHex, encodeEvidence, type Result } from "@amigos/core";
import type { CheckpointId, Height, NetworkId, TimeMs } from "@amigos/core";
import type { ItemError } from "../checkpoint/verify-items.ts";
import type { MerkleRoot } from "../merkle/merkle-map.ts";
import type { Reconciliation } from "../reconcile.ts";
import type { StateRoot } from "../state/ledger-state.ts";
import type { ControlVerdict, Verdict } from "../verdict.ts";
import type { CheckedItems } from "../checkpoint/verify-items.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What became of one item. */
export type ItemReport =
  | { readonly error: Json }
  | {
      readonly id: string;
      readonly outcome: string;
      readonly code?: string;
      readonly evidence?: Json;
      /** It revoked or killed, whatever became of its place. */
      readonly hasActed?: true;
    };

export interface BatchReport {
  readonly height: Height;
  readonly time: TimeMs;
  /** Each in its place. */
  readonly inceptions: readonly ItemReport[];
  readonly control: readonly ItemReport[];
  readonly entries: readonly ItemReport[];
  /** Proofs as hex. */
  readonly evidence: readonly string[];
  readonly stateRoot: StateRoot;
  readonly verdictsRoot: MerkleRoot;
  readonly checkpoint: CheckpointId;
}

export interface ScenarioReport {
  readonly version: 1;
  readonly network: NetworkId;
  readonly batches: readonly BatchReport[];
  /** The state after them, as hex: where another scenario can go on. */
  readonly snapshot: string;
}

export function itemsOf(
  { inceptions, control, entries }: CheckedItems,
  reconciliation: Reconciliation,
): Pick<BatchReport, "inceptions" | "control" | "entries" | "evidence"> {
  const verdicts = new Map<string, Verdict | ControlVerdict>([
    ...reconciliation.control.map((verdict) => [verdict.id, verdict] as const),
    ...reconciliation.verdicts.map((verdict) => [verdict.entry, verdict] as const),
  ]);
  const report = (item: Result<{ readonly id: string }, ItemError>): ItemReport =>
    item.ok
      ? verdictToReport(item.value.id, verdicts.get(item.value.id) as Verdict | ControlVerdict)
      : { error: errorToReport(item.error) };
  return {
    inceptions: inceptions.map(report),
    control: control.map(report),
    entries: entries.map(report),
    evidence: reconciliation.evidence.map((proof) => bytesToHex(encodeEvidence(proof))),
  };
}

function verdictToReport(id: string, verdict: Verdict | ControlVerdict): ItemReport {
  const acted = "hasActed" in verdict ? { hasActed: true as const } : {};
  if (verdict.outcome === "accepted") return { id, outcome: verdict.outcome, ...acted };
  const { code, ...evidence } = verdict.failure;
  return { id, outcome: verdict.outcome, code, evidence: toJson(evidence), ...acted };
}

/** Without what is said to people, which is any decoder's own. */
function errorToReport(error: ItemError): Json {
  if (error.type !== "malformed") return toJson(error);
  const { reason: _reason, ...rest } = error;
  return toJson(rest);
}

/** Members in order of names, so that one value has one text. What is absent is left out. */
export function toJson(value: unknown): Json {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value as Json;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, toJson(member)]),
  );
}
