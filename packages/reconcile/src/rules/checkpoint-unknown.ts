/** It names a checkpoint that this ledger does not have at that height: it was signed for another course of events (spec [CHK3]). */
import { checkpointTag } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const checkpointUnknown: EntryRule = {
  code: "checkpoint-unknown",
  outcome: "rejected",
  id: "CHK3",
  check: ({ checkpoint }, entry) => {
    if (checkpoint === undefined) return undefined;
    const { height, tag } = entry.checkpoint;
    const expected = checkpointTag(checkpoint.id);
    return tag === expected ? undefined : { code: "checkpoint-unknown", height, tag, expected };
  },
};
