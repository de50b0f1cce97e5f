/** There is not that much, after everything that was decided before it (spec [FUND3]). */
import type { Amount, AssetCode, Operation } from "@amigos/core";
import { moneyOf } from "../spend.ts";
import type { EntryRule, EntryView } from "./rule.ts";

export const insufficientFunds: EntryRule = {
  code: "insufficient-funds",
  outcome: "rejected",
  id: "FUND3",
  check: (view, { operation }) => {
    const needed = operation.type === "unstake" || operation.type === "release" ? undefined : moneyOf(operation);
    if (needed === undefined) return undefined;
    const { asset, amount: asked } = needed;
    const left = reachable(view, operation, asset) as Amount;
    return asked > left ? { code: "insufficient-funds", asset, asked, left } : undefined;
  },
};

/** A spend may use the float of its session as well. */
function reachable({ account, session }: EntryView, { type }: Operation, asset: AssetCode): bigint {
  const available = account.balances.get(asset) ?? 0n;
  const isSpend = type === "pay" || type === "execute";
  return isSpend ? available + (session.float.get(asset) ?? 0n) : available;
}
