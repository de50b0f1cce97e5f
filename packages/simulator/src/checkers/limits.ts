import type { SessionId, VerifiedEntry } from "@amigos/core";
import type { Settings } from "../settings.ts";
import type { Decision } from "../world/ledger.ts";
import type { Checker, Violation } from "./checker.ts";

const DAY_MS = 86_400_000;

/** What each session sent on each day, and at once, from the signed entries alone; `exempt` has no limits. */
export function limits({ dailyLimit, perPaymentLimit }: Settings, exempt: SessionId): Checker {
  const spentByDay = new Map<string, bigint>();
  const examine = ({ entry }: VerifiedEntry): Violation | undefined => {
    if (entry.operation.type !== "pay" || entry.session === exempt) return undefined;
    const { amount } = entry.operation;
    if (perPaymentLimit > 0 && amount > BigInt(perPaymentLimit))
      return { check: "limits", detail: `${amount} at once, of ${perPaymentLimit}` };
    const key = `${entry.session}/${Math.floor(entry.time / DAY_MS)}`;
    const spent = (spentByDay.get(key) ?? 0n) + amount;
    spentByDay.set(key, spent);
    return dailyLimit > 0 && spent > BigInt(dailyLimit)
      ? { check: "limits", detail: `${spent} in one day, of ${dailyLimit}` }
      : undefined;
  };
  return {
    name: "limits",
    what: "no session sends more than its terms allow, at once or in a day",
    afterDecision: (decision) => {
      for (const entry of acceptedOf(decision)) {
        const violation = examine(entry);
        if (violation !== undefined) return violation;
      }
      return undefined;
    },
  };
}

/** Each accepted entry once. */
export function acceptedOf({ given, reconciliation }: Decision): readonly VerifiedEntry[] {
  const accepted = new Set<string>();
  for (const { entry, outcome } of reconciliation.verdicts) if (outcome === "accepted") accepted.add(entry);
  return given.filter(({ id }) => accepted.delete(id));
}
