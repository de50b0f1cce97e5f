/**
 * Stages 4 and 5: candidates that wait for nothing are judged one at a time, highest priority first, and what is accepted
 * moves at once, so the next one meets the balances and counters that are left (spec [ORD2], [ORD3]). What never became
 * ready is deferred; unless its session was found forked, for then nothing it waits for could help it (spec [EQV3]).
 */
import type { EntryId, Height, Sequence, SessionId, VerifiedEntry } from "@amigos/core";
import { judgeEntry, type Finding } from "../ladder.ts";
import { createHeap, type Heap } from "../order/heap.ts";
import { comparePriority, lots, type Priority } from "../order/priority.ts";
import type { ConflictPolicy } from "../policy.ts";
import type { EntryView, Moment, Predecessor } from "../rules/rule.ts";
import { isVoidCode } from "../rules/void.ts";
import { spendOf } from "../spend.ts";
import type { AccountState } from "../state/account-state.ts";
import { consumePlace, giveDue, readAccount, type LedgerDraft } from "../state/draft.ts";
import { dueOf, withDue, type Due } from "../state/due.ts";
import type { SessionState } from "../state/session-state.ts";
import { applyEntry } from "./apply.ts";
import type { Candidate } from "./candidates.ts";
import type { Fork } from "./forks.ts";
import type { Witnesses } from "./witnesses.ts";

export interface Judged {
  /** What became of each candidate: nothing found means accepted. */
  readonly findings: ReadonlyMap<EntryId, Finding | undefined>;
  /** In the order in which they were judged. */
  readonly accepted: readonly VerifiedEntry[];
}

export interface Judging {
  readonly draft: LedgerDraft;
  readonly moment: Moment;
  readonly policy: ConflictPolicy;
  readonly candidates: ReadonlyMap<EntryId, Candidate>;
  readonly forks: ReadonlyMap<SessionId, Fork>;
  readonly witnesses: Witnesses;
}

interface Bench extends Judging {
  readonly lotOf: (entry: EntryId) => string;
  readonly ready: Heap<Ready>;
  /** Candidates by what they wait for. */
  readonly waiting: ReadonlyMap<EntryId, readonly Candidate[]>;
  /** How many undecided entries each candidate waits for. */
  readonly waitsFor: Map<EntryId, number>;
  readonly findings: Map<EntryId, Finding | undefined>;
  readonly accepted: VerifiedEntry[];
  readonly dishonoured: Set<EntryId>;
  /** Entries decided in this call, by place of a forked session. */
  readonly decidedAtPlace: Map<string, number>;
}

interface Ready {
  readonly candidate: Candidate;
  readonly priority: Priority;
}

export function judgeReady(judging: Judging): Judged {
  const bench = openBench(judging);
  for (const candidate of judging.candidates.values()) enqueueIfReady(bench, candidate);
  judgeAll(bench);
  rejectStranded(bench);
  judgeAll(bench);
  for (const candidate of judging.candidates.values()) deferIfOpen(bench, candidate);
  return bench;
}

function openBench(judging: Judging): Bench {
  const waiting = new Map<EntryId, Candidate[]>();
  const waitsFor = new Map<EntryId, number>();
  for (const [id, candidate] of judging.candidates) {
    if (candidate.waitsFor.size > 0) waitsFor.set(id, candidate.waitsFor.size);
    for (const other of candidate.waitsFor) {
      const queue = waiting.get(other);
      if (queue === undefined) waiting.set(other, [candidate]);
      else queue.push(candidate);
    }
  }
  return {
    ...judging,
    lotOf: lots(judging.draft.base.checkpoint),
    ready: createHeap<Ready>((a, b) => comparePriority(a.priority, b.priority)),
    waiting,
    waitsFor,
    findings: new Map(),
    accepted: [],
    dishonoured: new Set(),
    decidedAtPlace: new Map(),
  };
}

function enqueueIfReady(bench: Bench, candidate: Candidate): void {
  const { id } = candidate.verified;
  if (candidate.isBlocked || (bench.waitsFor.get(id) ?? 0) > 0) return;
  bench.ready.push({ candidate, priority: priorityOf(bench, candidate) });
}

function priorityOf({ witnesses, lotOf }: Bench, candidate: Candidate): Priority {
  const { id } = candidate.verified;
  return { weight: witnesses.weights.get(id) ?? 0n, isCoveredByFloat: isCoveredByFloat(candidate), lot: lotOf(id) };
}

/** By the float that the call began with: what was set aside when it was signed counts, even if it is given back by now. */
function isCoveredByFloat({ verified: { entry }, settledSession }: Candidate): boolean {
  if (settledSession === undefined || settledSession.float.size === 0) return false;
  const spend = spendOf(entry.operation);
  return spend !== undefined && spend.amount > 0n && spend.amount <= (settledSession.float.get(spend.asset) ?? 0n);
}

function judgeAll(bench: Bench): void {
  for (let next = bench.ready.pop(); next !== undefined; next = bench.ready.pop()) {
    const { candidate } = next;
    if (bench.findings.has(candidate.verified.id)) continue;
    const { finding, due } = judgeCandidate(bench, candidate);
    if (finding?.outcome !== "deferred") decide(bench, candidate, finding, due);
  }
}

/** Nothing at or beyond a fork is ever judged after this call, so what is not ready by now never will be. */
function rejectStranded(bench: Bench): void {
  for (const candidate of bench.candidates.values()) {
    const fork = forkOf(bench, candidate);
    if (fork === undefined || bench.findings.has(candidate.verified.id)) continue;
    decide(bench, candidate, { outcome: "rejected", failure: { code: "session-frozen", frozenFrom: fork.sequence } });
  }
}

function deferIfOpen(bench: Bench, candidate: Candidate): void {
  const { id } = candidate.verified;
  if (!bench.findings.has(id)) bench.findings.set(id, judgeCandidate(bench, candidate).finding);
}

function decide(bench: Bench, candidate: Candidate, finding: Finding | undefined, due?: Due): void {
  const { verified } = candidate;
  bench.findings.set(verified.id, finding);
  if (finding !== undefined && isVoidCode(finding.failure.code)) bench.dishonoured.add(verified.id);
  else {
    if (due !== undefined) giveDue(bench.draft, verified.entry.account, due);
    consumePlace(bench.draft, verified);
    countAtPlace(bench, candidate);
  }
  if (finding === undefined) {
    applyEntry(bench.draft, verified, bench.moment);
    bench.accepted.push(verified);
  }
  for (const other of bench.waiting.get(verified.id) ?? []) {
    bench.waitsFor.set(other.verified.id, (bench.waitsFor.get(other.verified.id) ?? 0) - 1);
    enqueueIfReady(bench, other);
  }
}

/** Judges the entry on its account as it is with all that is due to it, which stays so only if the entry is decided. */
function judgeCandidate(
  bench: Bench,
  candidate: Candidate,
): { readonly finding: Finding | undefined; readonly due: Due | undefined } {
  const { entry } = candidate.verified;
  const { draft, moment } = bench;
  const stored = readAccount(draft, entry.account) as AccountState;
  const due = dueOf(stored, draft.perUnit, moment);
  const account = due === undefined ? stored : withDue(stored, due, moment.network);
  return { finding: judgeEntry(viewOf(bench, candidate, account), entry, moment), due };
}

function viewOf(bench: Bench, candidate: Candidate, account: AccountState): EntryView {
  const { entry } = candidate.verified;
  return {
    account,
    session: account.sessions.get(entry.session) as SessionState,
    predecessor: predecessorOf(bench, candidate),
    missingDependency: undecidedDependency(bench, candidate),
    checkpoint: candidate.checkpoint,
    isPlaceForgotten: candidate.place.isForgotten,
    dishonouredFrom: dishonouredFrom(bench, candidate),
    settledCheckpoint: candidate.settledSession?.lastCheckpoint ?? (0 as Height),
  };
}

function predecessorOf(bench: Bench, { settledPredecessor, previousId }: Candidate): Predecessor | undefined {
  if (previousId === undefined) return settledPredecessor;
  const previous = isDecidedHere(bench, previousId) ? bench.candidates.get(previousId)?.verified.entry : undefined;
  return previous === undefined ? undefined : { time: previous.time, checkpoint: previous.checkpoint.height };
}

/** The first of those named, in the order of the body. */
function undecidedDependency(
  bench: Bench,
  { verified, waitsFor, missingDependencies }: Candidate,
): EntryId | undefined {
  return verified.entry.dependencies?.find(
    (id) => missingDependencies.has(id) || (waitsFor.has(id) && !isDecidedHere(bench, id)),
  );
}

/** While candidates are still judged, only decisions are findings; afterwards deferrals are too. */
function isDecidedHere(bench: Bench, id: EntryId): boolean {
  return bench.findings.has(id) && bench.findings.get(id)?.outcome !== "deferred";
}

function dishonouredFrom(bench: Bench, candidate: Candidate): Sequence | undefined {
  const fork = forkOf(bench, candidate);
  if (fork === undefined || predecessorOf(bench, candidate) === undefined) return undefined;
  const isHonoured = bench.policy.honours({
    entry: candidate.verified,
    forkedFrom: fork.sequence,
    decidedAtPlace: candidate.place.settled.size + (bench.decidedAtPlace.get(placeName(candidate)) ?? 0),
    isPreviousHonoured: candidate.previousId === undefined || !bench.dishonoured.has(candidate.previousId),
    isCertified: bench.witnesses.isCertified(candidate.verified.id),
  });
  return isHonoured ? undefined : fork.sequence;
}

/** The fork that this call proves and that the candidate is at or beyond. */
function forkOf(bench: Bench, { verified: { entry }, isVoid }: Candidate): Fork | undefined {
  const fork = bench.forks.get(entry.session);
  return fork !== undefined && entry.sequence >= fork.sequence && !isVoid ? fork : undefined;
}

function countAtPlace(bench: Bench, candidate: Candidate): void {
  if (!bench.forks.has(candidate.place.session)) return;
  const name = placeName(candidate);
  bench.decidedAtPlace.set(name, (bench.decidedAtPlace.get(name) ?? 0) + 1);
}

function placeName({ place }: Candidate): string {
  return `${place.session}/${place.sequence}`;
}
