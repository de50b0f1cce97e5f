/** Verdicts on control entries, in one shape. */
import type { VerifiedControlEntry } from "@amigos/core";
import type { ControlFailure, ControlVerdict } from "../verdict.ts";

export function accepted({ id, entry }: VerifiedControlEntry): ControlVerdict {
  return { record: "control", account: entry.account, id, outcome: "accepted" };
}

export function failed(
  { id, entry }: VerifiedControlEntry,
  outcome: "rejected" | "deferred" | "ignored",
  failure: ControlFailure,
): ControlVerdict {
  return { record: "control", account: entry.account, id, outcome, failure };
}
