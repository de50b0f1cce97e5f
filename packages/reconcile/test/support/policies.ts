/** Policies that no checkpoint may name yet. They show that the seam carries them, and every property must hold for them. */
import { honourAll, type ConflictPolicy } from "../../src/index.ts";

/** One branch survives: at each forked place the first that is judged, if it builds on a survivor. */
const singleBranch: ConflictPolicy = {
  name: "single-branch",
  honours: ({ decidedAtPlace, isPreviousHonoured }) => isPreviousHonoured && decidedAtPlace === 0,
};

/** Nothing at or beyond a fork is honoured. */
const freezeFork: ConflictPolicy = { name: "freeze-fork", honours: () => false };

export const policies = { "honour-all": honourAll, "single-branch": singleBranch, "freeze-fork": freezeFork } as const;

export type PolicyName = keyof typeof policies;
