/** It builds on an incoming payment that is not decided. What is decided about it does not matter: order, not judgement (spec [DEP1]). */
import type { EntryRule } from "./rule.ts";

export const dependencyMissing: EntryRule = {
  code: "dependency-missing",
  outcome: "deferred",
  id: "DEP1",
  check: ({ missingDependency }) =>
    missingDependency === undefined ? undefined : { code: "dependency-missing", dependency: missingDependency },
};
