/**
 * One hash over everything that a checkpoint decided (spec [CHP3]): an authenticated map from record ids to verdicts, so that
 * anyone can be shown what became of one entry without the others.
 */
import { encodeCbor, type CborValue } from "@amigos/core";
import { byText, compareText } from "../compare.ts";
import {
  createMerkleMap,
  hashOfValue,
  merkleRootOf,
  merkleSet,
  type MerkleMap,
  type MerkleRoot,
  type NodeHash,
} from "../merkle/merkle-map.ts";
import type { Reconciliation } from "../reconcile.ts";
import { isDecided, type ControlVerdict, type Verdict } from "../verdict.ts";

type AnyVerdict = Verdict | ControlVerdict;

/** Decided verdicts by the id of their entry, control entry or account. */
export function verdictsOf(reconciliation: Reconciliation): MerkleMap<AnyVerdict> {
  const empty = createMerkleMap<AnyVerdict>(encodeVerdict);
  const control = reconciliation.control
    .filter(isDecided)
    .reduce((map, verdict) => merkleSet(map, verdict.id, verdict), empty);
  return reconciliation.verdicts
    .filter(isDecided)
    .reduce((map, verdict) => merkleSet(map, verdict.entry, verdict), control);
}

/** The root of `verdictsOf`, without the map. */
export function verdictsRoot({ control, verdicts }: Reconciliation): MerkleRoot {
  const rows = [
    ...control.filter(isDecided).map((verdict) => ({ key: verdict.id, valueHash: hashOfVerdict(verdict) })),
    ...verdicts.filter(isDecided).map((verdict) => ({ key: verdict.entry, valueHash: hashOfVerdict(verdict) })),
  ];
  return merkleRootOf(rows.toSorted((a, b) => compareText(a.key, b.key)));
}

/** Most are accepted, and accepted alike. */
const ACCEPTED: NodeHash = hashOfValue(encodeCbor(["accepted"]));

function hashOfVerdict(verdict: AnyVerdict): NodeHash {
  return verdict.outcome === "accepted" ? ACCEPTED : hashOfValue(encodeVerdict(verdict));
}

/** `[outcome, code, [[name, value] …]]`, names in order; an accepted one is `["accepted"]`. */
export function encodeVerdict(verdict: AnyVerdict): Uint8Array {
  if (verdict.outcome === "accepted") return encodeCbor([verdict.outcome]);
  const { code, ...evidence } = verdict.failure;
  const rows = Object.entries(evidence as Readonly<Record<string, CborValue>>).toSorted(byText(([name]) => name));
  return encodeCbor([verdict.outcome, code, rows]);
}
