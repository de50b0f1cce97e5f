import type { EntryId } from "@amigos/core";
import type { Checker } from "./checker.ts";

/** What is decided is decided once. */
export function finality(): Checker {
  const outcomes = new Map<EntryId, string>();
  return {
    name: "finality",
    what: "what the ledger decided stays decided",
    afterDecision: ({ reconciliation }) => {
      for (const { entry, outcome } of reconciliation.verdicts) {
        if (outcome !== "accepted" && outcome !== "rejected") continue;
        const earlier = outcomes.get(entry);
        if (earlier !== undefined) return { check: "finality", detail: `an entry was ${earlier} and then ${outcome}` };
        outcomes.set(entry, outcome);
      }
      return undefined;
    },
  };
}
