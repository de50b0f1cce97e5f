/** The conflict policies by name: every property must hold for each. */
import { freezeFork, honourAll, singleBranch } from "../../src/index.ts";

export const policies = { "honour-all": honourAll, "single-branch": singleBranch, "freeze-fork": freezeFork } as const;

export type PolicyName = keyof typeof policies;
