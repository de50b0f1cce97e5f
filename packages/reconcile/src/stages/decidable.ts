/**
 * Which candidates this call will decide (spec [WIT2]). It can be told before anything is judged: no verdict makes another
 * entry wait. Only what is decided stands in the record, so only that may have a say in what is decided: whoever replays a
 * record meets nothing else.
 */
import type { SessionId } from "@amigos/core";
import type { Moment } from "../rules/rule.ts";
import { isTimeInFuture } from "../rules/time-in-future.ts";
import type { Candidate } from "./candidates.ts";
import type { Fork } from "./forks.ts";

export interface DecidableInput {
  readonly candidates: readonly Candidate[];
  readonly forks: ReadonlyMap<SessionId, Fork>;
  readonly moment: Moment;
}

export function decidableOf({ candidates, forks, moment }: DecidableInput): ReadonlySet<Candidate> {
  const waiting = new Map<Candidate, Candidate[]>();
  const waitsFor = new Map<Candidate, number>();
  const decidable = new Set<Candidate>();
  const open: Candidate[] = [];
  const add = (candidate: Candidate): void => {
    if (decidable.has(candidate)) return;
    decidable.add(candidate);
    open.push(candidate);
  };
  for (const candidate of candidates) {
    if (candidate.isVoid || isBeyondFork(candidate, forks)) add(candidate);
    else if (!candidate.isBlocked && !mustWait(candidate, moment)) {
      waitsFor.set(candidate, candidate.waitsFor.length);
      for (const other of candidate.waitsFor) {
        const queue = waiting.get(other);
        if (queue === undefined) waiting.set(other, [candidate]);
        else queue.push(candidate);
      }
      if (candidate.waitsFor.length === 0) add(candidate);
    }
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const candidate of waiting.get(next) ?? []) {
      const left = (waitsFor.get(candidate) ?? 0) - 1;
      waitsFor.set(candidate, left);
      if (left === 0) add(candidate);
    }
  }
  return decidable;
}

/** Whatever a fork leaves undecided is rejected in the end (spec [EQV3]). */
function isBeyondFork({ verified: { entry } }: Candidate, forks: DecidableInput["forks"]): boolean {
  const fork = forks.get(entry.session);
  return fork !== undefined && entry.sequence >= fork.sequence;
}

/** For a time, for a checkpoint, or for a past that is not kept here. */
function mustWait({ verified: { entry }, checkpoint, place }: Candidate, moment: Moment): boolean {
  return place.isForgotten || checkpoint === undefined || isTimeInFuture(entry, moment);
}
