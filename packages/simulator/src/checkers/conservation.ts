import { holdingsOf, merkleRows, supplyOf } from "@amigos/reconcile";
import { ASSET } from "../world/population.ts";
import type { Checker } from "./checker.ts";

/** Accounts that are added up for one checkpoint, on average: the more there are, the fewer checkpoints are looked at. */
const ROWS_A_CHECKPOINT = 500;

/** Adds up what everybody has: as much as the genesis gave, and nobody less than nothing. */
export function conservation(): Checker {
  let rowsDue = 0;
  return {
    name: "conservation",
    what: "money is neither made nor lost, and nobody has less than nothing",
    afterDecision: ({ state }) => {
      rowsDue += ROWS_A_CHECKPOINT;
      if (rowsDue < state.accounts.size) return undefined;
      rowsDue = 0;
      let total = 0n;
      for (const [account, row] of merkleRows(state.accounts)) {
        for (const { asset, amount } of holdingsOf(row, state.network)) {
          if (amount < 0n) return { check: "conservation", detail: `${account} has ${amount}` };
          if (asset === ASSET.code) total += amount;
        }
      }
      const supply = supplyOf(state.network).get(ASSET.code) ?? 0n;
      return total === supply
        ? undefined
        : { check: "conservation", detail: `${total} exist and ${supply} were allocated` };
    },
  };
}
