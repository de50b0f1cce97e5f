/** A verdict as text for a row of the journal: JSON, with whole numbers of any size as text that ends in "n". */
import { err, ok, type DecodeError, type Result, type VerifiedEntry } from "@amigos/core";
import type { Verdict } from "@amigos/reconcile";

/** A failure is a code and a handful of numbers and ids. */
export const VERDICT_BYTES_MAX: number = 8 * 1024;

export function verdictToText(verdict: Verdict): string {
  return JSON.stringify(verdict, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

/** Only for what `verdictToText` wrote: the journal is ours. What is damaged is seen as far as it is no JSON any more. */
export function textToVerdict(text: string): Result<Verdict, DecodeError> {
  try {
    const verdict: unknown = JSON.parse(text, (_key, value: unknown) =>
      typeof value === "string" && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
    );
    return ok(verdict as Verdict);
  } catch {
    return err({ type: "schema-mismatch", path: "verdict", expected: "JSON" });
  }
}

/** The verdict of an entry that was accepted: it says nothing that the entry does not, so it is not kept. */
export function acceptedVerdict({ id, entry: { session, sequence } }: VerifiedEntry): Verdict {
  return { entry: id, session, sequence, outcome: "accepted" };
}
