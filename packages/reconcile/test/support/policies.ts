/** The conflict policies by name, for tests that try one on a network of another. */
import { freezeFork, honourAll, singleBranch } from "../../src/index.ts";

export const policies = { "honour-all": honourAll, "single-branch": singleBranch, "freeze-fork": freezeFork } as const;
