/**
 * Stages 4 and 5: candidates that wait for nothing are judged one at a time, highest priority first, and what is accepted
 * moves at once, so the next one meets the balances and counters that are left (spec [ORD2], [ORD3]). What never became
 * ready is deferred; unless its session was found forked, for then nothing it waits for could help it (spec [EQV3]).
 */
import type { EntryId, Sequence, SessionId } from "@amigos/core";
import { judgeEntry, type Finding } from "../ladder.ts";
import { createHeap, type Heap } from "../order/heap.ts";
import { comparePriority, priorities, type Priority } from "../order/priority.ts";
import type { ConflictPolicy } from "../policy.ts";
import { isFrozen } from "../rules/session-frozen.ts";
import type { EntryView, Moment, Predecessor } from "../rules/rule.ts";
import { consumePlace, movePayment, readAccount, type LedgerDraft } from "../state/draft.ts";
import type { AccountState, SessionState } from "../state/account-state.ts";
import type { Candidate } from "./candidates.ts";
import type { Fork } from "./forks.ts";

/** What became of each candidate: nothing found means accepted. */
export type Findings = ReadonlyMap<EntryId, Finding | undefined>;

export interface Judging {
  readonly draft: LedgerDraft;
  readonly moment: Moment;
  readonly policy: ConflictPolicy;
  readonly candidates: ReadonlyMap<EntryId, Candidate>;
  readonly forks: ReadonlyMap<SessionId, Fork>;
}

interface Bench extends Judging {
  readonly priorityOf: (entry: EntryId) => Priority;
  readonly ready: Heap<Ready>;
  /** Candidates by what they wait for. */
  readonly waiting: ReadonlyMap<EntryId, readonly Candidate[]>;
  /** How many undecided entries each candidate waits for. */
  readonly waitsFor: Map<EntryId, number>;
  readonly findings: Map<EntryId, Finding | undefined>;
  readonly dishonoured: Set<EntryId>;
  /** Entries decided in this call, by place of a forked session. */
  readonly decidedAtPlace: Map<string, number>;
}

interface Ready {
  readonly candidate: Candidate;
  readonly priority: Priority;
}

export function judgeReady(judging: Judging): Findings {
  const bench = openBench(judging);
  for (const candidate of judging.candidates.values()) enqueueIfReady(bench, candidate);
  judgeAll(bench);
  rejectStranded(bench);
  judgeAll(bench);
  for (const candidate of judging.candidates.values()) deferIfOpen(bench, candidate);
  return bench.findings;
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
    priorityOf: priorities(judging.draft.base.checkpoint),
    ready: createHeap<Ready>((a, b) => comparePriority(a.priority, b.priority)),
    waiting,
    waitsFor,
    findings: new Map(),
    dishonoured: new Set(),
    decidedAtPlace: new Map(),
  };
}

function enqueueIfReady(bench: Bench, candidate: Candidate): void {
  const { id } = candidate.verified;
  if (candidate.isBlocked || (bench.waitsFor.get(id) ?? 0) > 0) return;
  bench.ready.push({ candidate, priority: bench.priorityOf(id) });
}

function judgeAll(bench: Bench): void {
  for (let next = bench.ready.pop(); next !== undefined; next = bench.ready.pop()) {
    const { candidate } = next;
    if (bench.findings.has(candidate.verified.id)) continue;
    const finding = judgeCandidate(bench, candidate);
    if (finding?.outcome !== "deferred") decide(bench, candidate, finding);
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
  if (!bench.findings.has(id)) bench.findings.set(id, judgeCandidate(bench, candidate));
}

function decide(bench: Bench, candidate: Candidate, finding: Finding | undefined): void {
  const { verified } = candidate;
  bench.findings.set(verified.id, finding);
  if (finding?.failure.code === "session-frozen") bench.dishonoured.add(verified.id);
  else {
    consumePlace(bench.draft, verified);
    countAtPlace(bench, candidate);
  }
  if (finding === undefined) movePayment(bench.draft, verified.entry);
  for (const other of bench.waiting.get(verified.id) ?? []) {
    bench.waitsFor.set(other.verified.id, (bench.waitsFor.get(other.verified.id) ?? 0) - 1);
    enqueueIfReady(bench, other);
  }
}

function judgeCandidate(bench: Bench, candidate: Candidate): Finding | undefined {
  return judgeEntry(viewOf(bench, candidate), candidate.verified.entry, bench.moment);
}

function viewOf(bench: Bench, candidate: Candidate): EntryView {
  const { entry } = candidate.verified;
  const account = readAccount(bench.draft, entry.account) as AccountState;
  return {
    account,
    session: account.sessions.get(entry.session) as SessionState,
    predecessor: predecessorOf(bench, candidate),
    missingDependency: undecidedDependency(bench, candidate),
    checkpoint: candidate.checkpoint,
    isPlaceForgotten: candidate.place.isForgotten,
    dishonouredFrom: dishonouredFrom(bench, candidate),
  };
}

function predecessorOf(bench: Bench, { settledPredecessor, previousId }: Candidate): Predecessor | undefined {
  if (previousId === undefined) return settledPredecessor;
  if (!isDecidedHere(bench, previousId)) return undefined;
  const { time, checkpoint } = (bench.candidates.get(previousId) as Candidate).verified.entry;
  return { time, checkpoint: checkpoint.height };
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
  if (fork === undefined) return undefined;
  const isHonoured = bench.policy.honours({
    entry: candidate.verified,
    forkedFrom: fork.sequence,
    decidedAtPlace: candidate.place.settled.size + (bench.decidedAtPlace.get(placeName(candidate)) ?? 0),
    isPreviousHonoured: candidate.previousId === undefined || !bench.dishonoured.has(candidate.previousId),
  });
  return isHonoured ? undefined : fork.sequence;
}

/** The fork that this call proves and that the candidate is at or beyond. */
function forkOf(bench: Bench, { verified: { entry }, session }: Candidate): Fork | undefined {
  const fork = bench.forks.get(entry.session);
  return fork !== undefined && entry.sequence >= fork.sequence && !isFrozen(session, entry.sequence) ? fork : undefined;
}

function countAtPlace(bench: Bench, candidate: Candidate): void {
  if (!bench.forks.has(candidate.place.session)) return;
  const name = placeName(candidate);
  bench.decidedAtPlace.set(name, (bench.decidedAtPlace.get(name) ?? 0) + 1);
}

function placeName({ place }: Candidate): string {
  return `${place.session}/${place.sequence}`;
}
