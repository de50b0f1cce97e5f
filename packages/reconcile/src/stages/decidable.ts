/**
 * Which candidates this call will decide (spec [WIT2]). It can be told before anything is judged: no verdict makes another
 * entry wait. Only what is decided stands in the record, so only that may have a say in what is decided: whoever replays a
 * record meets nothing else.
 */
import type { EntryId, SessionId } from "@amigos/core";
import type { Moment } from "../rules/rule.ts";
import { isTimeInFuture } from "../rules/time-in-future.ts";
import type { Candidate } from "./candidates.ts";
import type { Fork } from "./forks.ts";

export interface DecidableInput {
  readonly candidates: ReadonlyMap<EntryId, Candidate>;
  readonly forks: ReadonlyMap<SessionId, Fork>;
  readonly moment: Moment;
}

export function decidableOf({ candidates, forks, moment }: DecidableInput): ReadonlySet<EntryId> {
  const waiting = new Map<EntryId, Candidate[]>();
  const waitsFor = new Map<EntryId, number>();
  const decidable = new Set<EntryId>();
  const open: EntryId[] = [];
  const add = (id: EntryId): void => {
    if (decidable.has(id)) return;
    decidable.add(id);
    open.push(id);
  };
  for (const [id, candidate] of candidates) {
    if (candidate.isVoid || isBeyondFork(candidate, forks)) add(id);
    else if (!candidate.isBlocked && !mustWait(candidate, moment)) {
      waitsFor.set(id, candidate.waitsFor.size);
      for (const other of candidate.waitsFor) {
        const queue = waiting.get(other);
        if (queue === undefined) waiting.set(other, [candidate]);
        else queue.push(candidate);
      }
      if (candidate.waitsFor.size === 0) add(id);
    }
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { verified } of waiting.get(id) ?? []) {
      const left = (waitsFor.get(verified.id) ?? 0) - 1;
      waitsFor.set(verified.id, left);
      if (left === 0) add(verified.id);
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
