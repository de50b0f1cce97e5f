/** The account does not hold that much, after everything that was decided before it (spec [FUND3]). */
import type { Amount } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const insufficientFunds: EntryRule = {
  code: "insufficient-funds",
  outcome: "rejected",
  id: "FUND3",
  check: ({ account }, { operation: { asset, amount } }) => {
    const left = account.balances.get(asset) ?? (0n as Amount);
    return amount > left ? { code: "insufficient-funds", asset, asked: amount, left } : undefined;
  },
};
