/** The session may pay some accounts, and this is none of them (spec [RCT1]). */
import { spendOf } from "../spend.ts";
import type { EntryRule } from "./rule.ts";

export const recipientNotAllowed: EntryRule = {
  code: "recipient-not-allowed",
  outcome: "rejected",
  id: "RCT1",
  check: ({ session: { recipients } }, { operation }) => {
    if (recipients === undefined) return undefined;
    const spend = spendOf(operation);
    return spend === undefined || recipients.includes(spend.to)
      ? undefined
      : { code: "recipient-not-allowed", to: spend.to };
  },
};
