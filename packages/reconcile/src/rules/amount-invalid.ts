/** It pays nothing, or the payer itself: a payment moves value to somebody else (spec [FUND2]). */
import type { EntryRule } from "./rule.ts";

export const amountInvalid: EntryRule = {
  code: "amount-invalid",
  outcome: "rejected",
  id: "FUND2",
  check: (_view, { account, operation: { to, amount } }) => {
    if (amount === 0n) return { code: "amount-invalid", reason: "zero", amount };
    return to === account ? { code: "amount-invalid", reason: "to-self", amount } : undefined;
  },
};
