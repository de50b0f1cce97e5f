/** It names a checkpoint that this ledger does not have at that height: it was signed for another course of events (spec [CHK3]). */
import { checkpointTag } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const checkpointUnknown: EntryRule = {
  code: "checkpoint-unknown",
  outcome: "rejected",
  id: "CHK3",
  check: ({ checkpoint }, entry) => {
    const { height, tag } = entry.checkpoint;
    // Asked of every entry: a tag is what an id begins with.
    if (checkpoint === undefined || checkpoint.id.startsWith(tag)) return undefined;
    return { code: "checkpoint-unknown", height, tag, expected: checkpointTag(checkpoint.id) };
  },
};
