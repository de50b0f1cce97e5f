/**
 * Conflict policies: what happens to the branches of a session that equivocated, in the call that proves it (spec [EQV4]).
 * A policy is asked about each newcomer at or beyond the fork when its turn comes, so it decides by what is decided
 * already and never by what might still arrive. What is settled stays settled whatever it says.
 */
import type { Network, Sequence, VerifiedEntry } from "@amigos/core";

/** An entry of an equivocating session, at or beyond the fork. */
export interface BranchEntry {
  readonly entry: VerifiedEntry;
  /** The lowest sequence with two entries. */
  readonly forkedFrom: Sequence;
  /** Entries decided at the same place so far: settled before, or in this call ahead of this one. */
  readonly decidedAtPlace: number;
  /** Whether its predecessor was honoured. What is settled, or lies before the fork, always was. */
  readonly isPreviousHonoured: boolean;
  /** Whether more than two thirds of the witnesses saw it, or something that builds on it. */
  readonly isCertified: boolean;
}

export interface ConflictPolicy {
  /** Stands in every checkpoint, so that a replay uses the same one. A kebab-case word. */
  readonly name: string;
  /** Whether the entry is judged on its merits; otherwise it is rejected `session-frozen`. */
  readonly honours: (branch: BranchEntry) => boolean;
}

/** Every branch was signed by the payer, so every payment is owed; limits and funds decide, over all branches together. */
export const honourAll: ConflictPolicy = { name: "honour-all", honours: () => true };

/** One branch survives, as a whole: the one that goes first at the fork. */
export const singleBranch: ConflictPolicy = {
  name: "single-branch",
  honours: ({ decidedAtPlace, isPreviousHonoured }) => decidedAtPlace === 0 && isPreviousHonoured,
};

/** Nothing at or beyond the fork is honoured but what most witnesses saw: for those who would rather wait than lose. */
export const freezeFork: ConflictPolicy = { name: "freeze-fork", honours: ({ isCertified }) => isCertified };

/** What a genesis may name. */
export const POLICIES: readonly ConflictPolicy[] = [honourAll, singleBranch, freezeFork];

export function policyOf(network: Network): ConflictPolicy | undefined {
  return POLICIES.find(({ name }) => name === network.genesis.policy);
}
