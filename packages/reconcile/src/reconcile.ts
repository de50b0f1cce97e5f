/**
 * Reconcile: from a settled state and a set of entries to the next state, with a verdict for each (spec [REC1]). Pure, and a
 * function of the *set* that is given: in which order entries arrived, how often, and in which order the stages' loops
 * meet them does not show in the result. Every replica that gives the same set to the same state gets the same root.
 *
 * The stages, each in its own file:
 *   1. control     what accounts say about themselves
 *   2. candidates  doubles fall together, what is settled or has no session is answered
 *   3. forks       equivocations and their proofs; what witnesses saw, and who of them lied
 *   4. judging     ready entries one at a time, by priority, up the ladder
 *   5. deferral    what never became ready, with the reason
 *   6. closing     what the next call will need to know, and the rewards
 */
import {
  assert,
  type EntryId,
  type Evidence,
  type Height,
  type Link,
  type SessionId,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { settleControl } from "./control/settle-control.ts";
import type { History } from "./history.ts";
import { verdictOf } from "./ladder.ts";
import { policyOf, type ConflictPolicy } from "./policy.ts";
import type { Moment } from "./rules/rule.ts";
import { keepAttestations } from "./stages/apply.ts";
import { sortCandidates, type Sorted } from "./stages/candidates.ts";
import { findForks, proofsOf, type Fork } from "./stages/forks.ts";
import { judgeReady, type Judged } from "./stages/judge-ready.ts";
import { hearWitnesses, type Witnesses } from "./stages/witnesses.ts";
import { closeDraft, freezeSession, openDraft, type LedgerDraft } from "./state/draft.ts";
import type { LedgerState } from "./state/ledger-state.ts";
import { shareOut } from "./state/rewards.ts";
import type { ControlVerdict, Verdict } from "./verdict.ts";

export interface ReconcileInput {
  readonly state: LedgerState;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  readonly history: History;
  /** Ledger time of the checkpoint in the making. A time before the state's counts as the state's: ledger time never goes back. */
  readonly time: TimeMs;
  /** The network's, unless a researcher tries another one. */
  readonly policy?: ConflictPolicy;
}

export interface Reconciliation {
  /** At the next height and the new time. Its `checkpoint` is still the one before until `sealCheckpoint` sets it. */
  readonly state: LedgerState;
  /** One per distinct entry given, sorted by id. */
  readonly verdicts: readonly Verdict[];
  /** One per distinct inception and control entry given, sorted by id. */
  readonly control: readonly ControlVerdict[];
  /** Links of the control entries that something came of: of several signatures on one body, those that counted. */
  readonly controlTaken: ReadonlySet<Link>;
  /** Links by which attestations counted. */
  readonly attestedLinks: ReadonlySet<Link>;
  /** What witnesses said of those that any of them attested, by entry (spec [WIT3], [WIT4]). */
  readonly attested: ReadonlyMap<EntryId, Attested>;
  /** Of each session that this call freezes for two entries, then for two attestations; each sorted by session. */
  readonly evidence: readonly Evidence[];
  /** Name of the conflict policy. */
  readonly policy: string;
}

export interface Attested {
  /** The weights that count for it, of all that there are. */
  readonly weight: bigint;
  readonly total: bigint;
  readonly isCertified: boolean;
}

/**
 * @example
 * const { state, verdicts } = reconcile({ state: settled, inceptions, control, entries, history, time })
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { state, history } = input;
  const policy = input.policy ?? policyOf(state.network);
  assert(policy !== undefined, "a ledger is opened only on a network whose policy is known");
  const time = input.time > state.time ? input.time : state.time;
  const moment: Moment = { network: state.network, height: state.height, time };
  const draft = openDraft(state);
  const { verdicts: control, taken: controlTaken } = settleControl(draft, { ...input, time });
  const sorted = sortCandidates(draft, input.entries, { state, history, moment });
  const { candidates, places } = sorted;
  const forks = findForks(places);
  const witnesses = hearWitnesses({ draft, candidates, forks, moment, entries: input.entries, history });
  const { findings, attestations } = judgeReady({ draft, moment, policy, candidates, forks, witnesses });
  freezeForked(draft, forks);
  keepAttestations(draft, attestations);
  for (const { account, session, from } of witnesses.liars) freezeSession(draft, account, session, from);
  shareOut(draft);
  return {
    state: closeDraft(draft, (state.height + 1) as Height, time),
    verdicts: collectVerdicts(sorted, findings),
    control,
    controlTaken,
    attestedLinks: witnesses.countedLinks,
    attested: attestedOf(witnesses),
    evidence: evidenceOf(forks, witnesses),
    policy: policy.name,
  };
}

function attestedOf({ weights, total, isCertified }: Witnesses): ReadonlyMap<EntryId, Attested> {
  return new Map(
    [...weights].map(([candidate, weight]) => [
      candidate.verified.id,
      { weight, total, isCertified: isCertified(candidate) },
    ]),
  );
}

function evidenceOf(forks: ReadonlyMap<SessionId, Fork>, { liars }: Witnesses): readonly Evidence[] {
  const proofs = liars.flatMap(({ proof }) => (proof === undefined ? [] : [proof]));
  return [...proofsOf(forks), ...proofs];
}

function freezeForked(draft: LedgerDraft, forks: ReadonlyMap<string, Fork>): void {
  for (const { sequence, proof } of forks.values())
    freezeSession(draft, proof.a.entry.account, proof.session, sequence);
}

function collectVerdicts({ answered, candidates }: Sorted, findings: Judged["findings"]): readonly Verdict[] {
  const verdicts = [
    ...[...answered.values()].map(({ verified, finding }) => verdictOf(verified, finding)),
    ...candidates.map(({ verified }, index) => verdictOf(verified, findings[index])),
  ];
  // No two are of one entry.
  return verdicts.toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
}
