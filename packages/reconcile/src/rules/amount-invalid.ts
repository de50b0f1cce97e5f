/** It is about nothing, or pays the payer itself: a payment moves value to somebody else (spec [FUND2]). */
import { moneyOf } from "../spend.ts";
import type { EntryRule } from "./rule.ts";

export const amountInvalid: EntryRule = {
  code: "amount-invalid",
  outcome: "rejected",
  id: "FUND2",
  check: (_view, { account, operation }) => {
    const amount = moneyOf(operation)?.amount;
    if (amount === undefined) return undefined;
    // An import may run for nothing.
    if (amount === 0n && operation.type !== "execute") return { code: "amount-invalid", reason: "zero", amount };
    return operation.type === "pay" && operation.to === account
      ? { code: "amount-invalid", reason: "to-self", amount }
      : undefined;
  },
};
