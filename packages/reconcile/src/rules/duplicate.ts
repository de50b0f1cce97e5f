/** Settled before: its verdict stands, and there is nothing to judge (spec [DUP1]). */
import type { PlaceRule } from "./rule.ts";

export const duplicate: PlaceRule = {
  code: "duplicate",
  outcome: "ignored",
  id: "DUP1",
  check: ({ isSettled }) => (isSettled ? { code: "duplicate" } : undefined),
};
