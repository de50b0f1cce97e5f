/**
 * Stages 4 and 5: candidates that wait for nothing are judged one at a time, highest priority first, and what is accepted
 * moves at once, so the next one meets the balances and counters that are left (spec [ORD2], [ORD3]). What never became
 * ready is deferred; unless its session was found forked, for then nothing it waits for could help it (spec [EQV3]).
 */
import type { EntryId, Height, Sequence, SessionId, VerifiedEntry } from "@amigos/core";
import { judgeEntry, type Finding } from "../ladder.ts";
import { createHeap, type Heap } from "../order/heap.ts";
import { judgedBefore, lots, type Lot, type Priority } from "../order/priority.ts";
import type { ConflictPolicy } from "../policy.ts";
import type { EntryView, Moment, Predecessor } from "../rules/rule.ts";
import { isVoidCode } from "../rules/void.ts";
import { spendOf } from "../spend.ts";
import type { AccountState } from "../state/account-state.ts";
import { consumePlace, giveDue, readAccount, type LedgerDraft } from "../state/draft.ts";
import { dueOf, withDue, type Due } from "../state/due.ts";
import type { SessionState } from "../state/session-state.ts";
import { applyEntry } from "./apply.ts";
import type { Candidate, Place } from "./candidates.ts";
import type { Fork } from "./forks.ts";
import type { Witnesses } from "./witnesses.ts";

export interface Judged {
  /** What became of each candidate, in their order: nothing found means accepted. */
  readonly findings: readonly (Finding | undefined)[];
  /** Accepted attestations, in the order in which they were judged. */
  readonly attestations: readonly VerifiedEntry[];
}

export interface Judging {
  readonly draft: LedgerDraft;
  readonly moment: Moment;
  readonly policy: ConflictPolicy;
  readonly candidates: readonly Candidate[];
  readonly forks: ReadonlyMap<SessionId, Fork>;
  readonly witnesses: Witnesses;
}

/** Lists run along the candidates: what stands at an index is about the candidate of that index. */
interface Bench extends Judging {
  readonly lotOf: (session: SessionId) => Lot;
  readonly ready: Heap<Ready>;
  /** Who waits for it. */
  readonly waiting: readonly (Candidate[] | undefined)[];
  /** For how many undecided ones it waits. */
  readonly left: number[];
  readonly isDecided: boolean[];
  readonly findings: (Finding | undefined)[];
  readonly attestations: VerifiedEntry[];
  readonly dishonoured: Set<Candidate>;
  /** Entries decided in this call, by place of a forked session. */
  readonly decidedAtPlace: Map<Place, number>;
}

interface Ready extends Priority {
  readonly candidate: Candidate;
}

export function judgeReady(judging: Judging): Judged {
  const bench = openBench(judging);
  const { candidates } = judging;
  for (const candidate of candidates) enqueueIfReady(bench, candidate);
  judgeAll(bench);
  rejectStranded(bench);
  judgeAll(bench);
  for (const candidate of candidates) deferIfOpen(bench, candidate);
  return bench;
}

function openBench(judging: Judging): Bench {
  const { candidates } = judging;
  const waiting = candidates.map((): Candidate[] | undefined => undefined);
  for (const candidate of candidates) {
    for (const { index } of candidate.waitsFor) {
      const queue = waiting[index];
      if (queue === undefined) waiting[index] = [candidate];
      else queue.push(candidate);
    }
  }
  const lotOf = lots(judging.draft.base.checkpoint);
  return {
    draft: judging.draft,
    moment: judging.moment,
    policy: judging.policy,
    candidates,
    forks: judging.forks,
    witnesses: judging.witnesses,
    lotOf,
    ready: createHeap<Ready>(judgedBefore(lotOf)),
    waiting,
    left: candidates.map(({ waitsFor }) => waitsFor.length),
    isDecided: candidates.map(() => false),
    findings: candidates.map(() => undefined),
    attestations: [],
    dishonoured: new Set(),
    decidedAtPlace: new Map(),
  };
}

function enqueueIfReady(bench: Bench, candidate: Candidate): void {
  if (candidate.isBlocked || bench.left[candidate.index] !== 0) return;
  bench.ready.push({
    candidate,
    weight: bench.witnesses.weights.get(candidate) ?? 0n,
    isCoveredByFloat: isCoveredByFloat(candidate),
    lot: bench.lotOf(candidate.session.id),
    entry: candidate.verified.id,
  });
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
    if (bench.isDecided[candidate.index] === true) continue;
    const account = accountOf(bench, candidate);
    const due = dueTo(bench, account);
    const finding = judgeCandidate(bench, candidate, account, due);
    if (finding?.outcome !== "deferred") decide(bench, candidate, finding, due);
  }
}

/** Nothing at or beyond a fork is ever judged after this call, so what is not ready by now never will be. */
function rejectStranded(bench: Bench): void {
  if (bench.forks.size === 0) return;
  for (const candidate of bench.candidates) {
    const fork = forkOf(bench, candidate);
    if (fork === undefined || bench.isDecided[candidate.index] === true) continue;
    decide(bench, candidate, { outcome: "rejected", failure: { code: "session-frozen", frozenFrom: fork.sequence } });
  }
}

/** What nobody decided is judged once more, for the reason why it waits. */
function deferIfOpen(bench: Bench, candidate: Candidate): void {
  const { index } = candidate;
  if (bench.isDecided[index] === true) return;
  const account = accountOf(bench, candidate);
  bench.findings[index] = judgeCandidate(bench, candidate, account, dueTo(bench, account));
}

function decide(bench: Bench, candidate: Candidate, finding: Finding | undefined, due?: Due): void {
  const { verified, index } = candidate;
  bench.isDecided[index] = true;
  bench.findings[index] = finding;
  if (finding !== undefined && isVoidCode(finding.failure.code)) bench.dishonoured.add(candidate);
  else {
    if (due !== undefined) giveDue(bench.draft, verified.entry.account, due);
    consumePlace(bench.draft, verified);
    countAtPlace(bench, candidate);
  }
  if (finding === undefined) {
    applyEntry(bench.draft, verified, bench.moment);
    if (verified.entry.operation.type === "attest") bench.attestations.push(verified);
  }
  for (const other of bench.waiting[index] ?? []) {
    bench.left[other.index] = (bench.left[other.index] ?? 0) - 1;
    enqueueIfReady(bench, other);
  }
}

function accountOf({ draft }: Bench, { verified: { entry } }: Candidate): AccountState {
  return readAccount(draft, entry.account) as AccountState;
}

function dueTo({ draft, moment }: Bench, account: AccountState): Due | undefined {
  return dueOf(account, draft.perUnit, moment);
}

/** Judges the entry on its account as it is with all that is due to it, which stays so only if the entry is decided. */
function judgeCandidate(
  bench: Bench,
  candidate: Candidate,
  stored: AccountState,
  due: Due | undefined,
): Finding | undefined {
  const { moment } = bench;
  const account = due === undefined ? stored : withDue(stored, due, moment.network);
  return judgeEntry(viewOf(bench, candidate, account), candidate.verified.entry, moment);
}

function viewOf(bench: Bench, candidate: Candidate, account: AccountState): EntryView {
  const { entry } = candidate.verified;
  const predecessor = predecessorOf(bench, candidate);
  return {
    account,
    session: account.sessions.get(entry.session) as SessionState,
    predecessor,
    missingDependency: undecidedDependency(bench, candidate),
    checkpoint: candidate.checkpoint,
    isPlaceForgotten: candidate.place.isForgotten,
    dishonouredFrom: predecessor === undefined ? undefined : dishonouredFrom(bench, candidate),
    settledCheckpoint: candidate.settledSession?.lastCheckpoint ?? (0 as Height),
  };
}

function predecessorOf({ isDecided }: Bench, { settledPredecessor, previous }: Candidate): Predecessor | undefined {
  if (previous === undefined) return settledPredecessor;
  if (isDecided[previous.index] !== true) return undefined;
  const { time, checkpoint } = previous.verified.entry;
  return { time, checkpoint: checkpoint.height };
}

/** The first of those named, in the order of the body. */
function undecidedDependency(
  { isDecided }: Bench,
  { verified, waitsFor, missingDependencies }: Candidate,
): EntryId | undefined {
  const { dependencies } = verified.entry;
  if (dependencies === undefined) return undefined;
  const undecided = new Set(missingDependencies);
  for (const {
    index,
    verified: { id },
  } of waitsFor)
    if (isDecided[index] !== true) undecided.add(id);
  return dependencies.find((id) => undecided.has(id));
}

function dishonouredFrom(bench: Bench, candidate: Candidate): Sequence | undefined {
  const fork = forkOf(bench, candidate);
  if (fork === undefined) return undefined;
  const { place, previous, verified } = candidate;
  const isHonoured = bench.policy.honours({
    entry: verified,
    forkedFrom: fork.sequence,
    decidedAtPlace: place.settled.size + (bench.decidedAtPlace.get(place) ?? 0),
    isPreviousHonoured: previous === undefined || !bench.dishonoured.has(previous),
    isCertified: bench.witnesses.isCertified(candidate),
  });
  return isHonoured ? undefined : fork.sequence;
}

/** The fork that this call proves and that the candidate is at or beyond. */
function forkOf({ forks }: Bench, { verified: { entry }, isVoid }: Candidate): Fork | undefined {
  if (isVoid || forks.size === 0) return undefined;
  const fork = forks.get(entry.session);
  return fork !== undefined && entry.sequence >= fork.sequence ? fork : undefined;
}

function countAtPlace({ forks, decidedAtPlace }: Bench, { place }: Candidate): void {
  if (forks.has(place.session)) decidedAtPlace.set(place, (decidedAtPlace.get(place) ?? 0) + 1);
}
