import type { EntryId, SessionId, VerifiedEntry } from "@amigos/core";
import type { Checker } from "./checker.ts";
import { acceptedOf } from "./limits.ts";

/** A session whose fork an earlier checkpoint showed gets nothing more accepted at or beyond it. */
export function frozen(): Checker {
  const idByPlace = new Map<string, EntryId>();
  const forks = new Map<SessionId, number>();
  const note = ({ id, entry: { session, sequence } }: VerifiedEntry): void => {
    const place = `${session}/${sequence}`;
    const first = idByPlace.get(place);
    idByPlace.set(place, first ?? id);
    if (first !== undefined && first !== id) forks.set(session, Math.min(sequence, forks.get(session) ?? sequence));
  };
  return {
    name: "frozen",
    what: "a log that forked ends there, from the checkpoint after the one that proves it",
    afterDecision: (decision) => {
      for (const { entry } of acceptedOf(decision)) {
        const fork = forks.get(entry.session);
        if (fork !== undefined && entry.sequence >= fork)
          return { check: "frozen", detail: `a log forked at ${fork} and was honoured at ${entry.sequence}` };
      }
      for (const entry of decision.given) note(entry);
      return undefined;
    },
  };
}
