/** Climbing the ladder: the first rule that fails is the verdict (spec [LAD2]). */
import type { Entry, VerifiedEntry } from "@amigos/core";
import { ENTRY_RULES, PLACE_RULES } from "./rules/index.ts";
import type { EntryView, Judged, Moment, PlaceView, Rule } from "./rules/rule.ts";
import type { Failure, FailureCode, Verdict } from "./verdict.ts";

/** Why an entry is not accepted. */
export interface Finding {
  readonly outcome: Judged;
  readonly failure: Failure;
}

export function judgePlace(view: PlaceView, entry: Entry, moment: Moment): Finding | undefined {
  return climb(PLACE_RULES, view, entry, moment);
}

export function judgeEntry(view: EntryView, entry: Entry, moment: Moment): Finding | undefined {
  return climb(ENTRY_RULES, view, entry, moment);
}

/** One rule that was asked. */
export type TraceStep = { readonly rule: FailureCode; readonly id: string } & (
  | { readonly passed: true }
  | { readonly passed: false; readonly outcome: Judged; readonly failure: Failure }
);

/** Every rule up to the first that fails, in order (spec [VER4]). */
export function tracePlace(view: PlaceView, entry: Entry, moment: Moment): readonly TraceStep[] {
  return trace(PLACE_RULES, view, entry, moment);
}

export function traceEntry(view: EntryView, entry: Entry, moment: Moment): readonly TraceStep[] {
  return trace(ENTRY_RULES, view, entry, moment);
}

export function verdictOf({ id, entry: { session, sequence } }: VerifiedEntry, finding: Finding | undefined): Verdict {
  if (finding === undefined) return { entry: id, session, sequence, outcome: "accepted" };
  // A rule's outcome and the codes it can give belong together by its definition, which the type of a pair cannot say.
  return { entry: id, session, sequence, ...finding } as Verdict;
}

function climb<View>(rules: readonly Rule<View>[], view: View, entry: Entry, moment: Moment): Finding | undefined {
  for (const rule of rules) {
    const failure = rule.check(view, entry, moment);
    if (failure !== undefined) return { outcome: rule.outcome, failure };
  }
  return undefined;
}

function trace<View>(rules: readonly Rule<View>[], view: View, entry: Entry, moment: Moment): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  for (const { code: rule, id, outcome, check } of rules) {
    const failure = check(view, entry, moment);
    steps.push(failure === undefined ? { rule, id, passed: true } : { rule, id, passed: false, outcome, failure });
    if (failure !== undefined) break;
  }
  return steps;
}
