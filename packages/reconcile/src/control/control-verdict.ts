/** Verdicts on control entries, in one shape. */
import type { SignedBody } from "./signed-body.ts";
import type { ControlFailure, ControlVerdict } from "../verdict.ts";

export function accepted({ id, entry }: SignedBody): ControlVerdict {
  return { record: "control", account: entry.account, id, outcome: "accepted" };
}

export function failed(
  { id, entry }: SignedBody,
  outcome: "rejected" | "deferred" | "ignored",
  failure: ControlFailure,
): ControlVerdict {
  return { record: "control", account: entry.account, id, outcome, failure };
}
