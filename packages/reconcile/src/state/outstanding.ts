/**
 * What a session has spent that its signer may not know to be settled (spec [LIM6] to [LIM8]). Kept by the height of the
 * checkpoint that decided it, so that naming a newer checkpoint is what makes room, and nothing else.
 */
import { limits, type Amount, type AssetCode, type Height, type Money } from "@amigos/core";
import { OUTSTANDING_HEIGHTS_MAX } from "../bounds.ts";
import type { OutstandingRow, SessionState } from "./session-state.ts";

/** Accepted of an asset after the checkpoint of a height. */
export function outstandingAfter(
  { outstanding }: Pick<SessionState, "outstanding">,
  asset: AssetCode,
  height: Height,
): Amount {
  let sum = 0n as Amount;
  for (const row of outstanding) if (row.height > height && row.asset === asset) sum = addUp(sum, row.amount);
  return sum;
}

/** The same money can go round, so a sum has no bound of its own. No limit is above the largest amount. */
function addUp(a: Amount, b: Amount): Amount {
  const sum = a + b;
  return (sum < limits.AMOUNT_MAX ? sum : limits.AMOUNT_MAX) as Amount;
}

export function offlineLimitOf(
  { offlineLimits }: Pick<SessionState, "offlineLimits">,
  asset: AssetCode,
): Amount | undefined {
  return offlineLimits.find((limit) => limit.asset === asset)?.amount;
}

/** Counts a spend into the checkpoint in the making. Rows stay in order of heights, then asset codes. */
export function countOutstanding(rows: OutstandingRow[], height: Height, { asset, amount }: Money): void {
  const index = rows.findIndex((row) => row.height === height && row.asset >= asset);
  const known = index < 0 ? undefined : rows[index];
  if (known?.asset === asset) rows[index] = { ...known, amount: addUp(known.amount, amount) };
  else rows.splice(index < 0 ? rows.length : index, 0, { height, asset, amount });
}

/** Without what no later entry of the log can ask about, and bounded. */
export function currentOutstanding(rows: readonly OutstandingRow[], lastCheckpoint: Height): readonly OutstandingRow[] {
  if (rows.length === 0) return rows;
  let current = rows.filter(({ height }) => height > lastCheckpoint);
  for (let heights = heightsOf(current); heights.length > OUTSTANDING_HEIGHTS_MAX; heights = heightsOf(current))
    current = mergeLowest(current, heights);
  return current;
}

function heightsOf(rows: readonly OutstandingRow[]): readonly Height[] {
  return [...new Set(rows.map(({ height }) => height))];
}

/** Adds the rows of the lowest height to those of the next, which counts them as newer than they are. */
function mergeLowest(rows: readonly OutstandingRow[], [lowest, next]: readonly Height[]): OutstandingRow[] {
  const merged = rows.filter(({ height }) => height === next);
  for (const row of rows.filter(({ height }) => height === lowest)) countOutstanding(merged, next as Height, row);
  return [...merged, ...rows.filter(({ height }) => height > (next as Height))];
}
