/**
 * Reconcile: from a settled state and a set of entries to the next state, with a verdict for each (spec [REC1]). Pure, and a
 * function of the *set* that is given: in which order entries arrived, how often, and in which order the stages' loops
 * meet them does not show in the result. Every replica that gives the same set to the same state gets the same root.
 *
 * The stages, each in its own file:
 *   1. control     what accounts say about themselves
 *   2. candidates  doubles fall together, what is settled or has no session is answered
 *   3. forks       equivocations and their proofs
 *   4. judging     ready entries one at a time, by priority, up the ladder
 *   5. deferral    what never became ready, with the reason
 */
import type {
  EntryId,
  EquivocationProof,
  Height,
  TimeMs,
  VerifiedControlEntry,
  VerifiedEntry,
  VerifiedInception,
} from "@amigos/core";
import { byText } from "./compare.ts";
import type { History } from "./history.ts";
import { verdictOf } from "./ladder.ts";
import { honourAll, type ConflictPolicy } from "./policy.ts";
import type { Moment } from "./rules/rule.ts";
import { sortCandidates, type Sorted } from "./stages/candidates.ts";
import { settleControl } from "./stages/control.ts";
import { evidenceOf, findForks, type Fork } from "./stages/forks.ts";
import { judgeReady, type Findings } from "./stages/judge-ready.ts";
import { closeDraft, freezeSession, openDraft, type LedgerDraft } from "./state/draft.ts";
import type { LedgerState } from "./state/ledger-state.ts";
import type { ControlVerdict, Verdict } from "./verdict.ts";

export interface ReconcileInput {
  readonly state: LedgerState;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  readonly history: History;
  /** Ledger time of the checkpoint in the making. A time before the state's counts as the state's: ledger time never goes back. */
  readonly time: TimeMs;
  readonly policy?: ConflictPolicy;
}

export interface Reconciliation {
  /** At the next height and the new time. Its `checkpoint` is still the one before until `sealCheckpoint` sets it. */
  readonly state: LedgerState;
  /** One per distinct entry given, sorted by id. */
  readonly verdicts: readonly Verdict[];
  /** One per distinct inception and control entry given, sorted by id. */
  readonly control: readonly ControlVerdict[];
  /** One per session that this call freezes, sorted by session. */
  readonly evidence: readonly EquivocationProof[];
  /** Name of the conflict policy. */
  readonly policy: string;
}

/**
 * @example
 * const { state, verdicts } = reconcile({ state: settled, inceptions, control, entries, history, time })
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { state, history, policy = honourAll } = input;
  const time = input.time > state.time ? input.time : state.time;
  const moment: Moment = { network: state.network, height: state.height, time };
  const draft = openDraft(state);
  const control = settleControl(draft, input.inceptions, input.control);
  const sorted = sortCandidates(draft, input.entries, { state, history, moment });
  const forks = findForks(sorted.places);
  const findings = judgeReady({ draft, moment, policy, candidates: sorted.candidates, forks });
  freezeForked(draft, forks);
  return {
    state: closeDraft(draft, (state.height + 1) as Height, time),
    verdicts: collectVerdicts(sorted, findings),
    control,
    evidence: evidenceOf(forks),
    policy: policy.name,
  };
}

function freezeForked(draft: LedgerDraft, forks: ReadonlyMap<string, Fork>): void {
  for (const { sequence, proof } of forks.values())
    freezeSession(draft, proof.a.entry.account, proof.session, sequence);
}

function collectVerdicts({ answered, candidates }: Sorted, findings: Findings): readonly Verdict[] {
  const verdicts = [
    ...[...answered].map(([id, { verified, finding }]) => verdictOf(subjectOf(id, verified), finding)),
    ...[...candidates].map(([id, { verified }]) => verdictOf(subjectOf(id, verified), findings.get(id))),
  ];
  return verdicts.toSorted(byText(({ entry }) => entry));
}

function subjectOf(
  id: EntryId,
  { entry }: VerifiedEntry,
): { readonly entry: EntryId; readonly session: typeof entry.session; readonly sequence: typeof entry.sequence } {
  return { entry: id, session: entry.session, sequence: entry.sequence };
}
