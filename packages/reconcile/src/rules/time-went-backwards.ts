/** It claims a time before its predecessor's, or before the checkpoint it names was made, less the clock skew (spec [TIME3]). */
import { timeMs } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const timeWentBackwards: EntryRule = {
  code: "time-went-backwards",
  outcome: "rejected",
  id: "TIME3",
  check: ({ predecessor, checkpoint }, { time }, moment) => {
    if (predecessor !== undefined && time < predecessor.time) {
      return { code: "time-went-backwards", reason: "before-previous", time, earliest: predecessor.time };
    }
    const { clockSkewMs } = moment.network.genesis.parameters;
    return checkpoint !== undefined && checkpoint.time - time > clockSkewMs
      ? {
          code: "time-went-backwards",
          reason: "before-checkpoint",
          time,
          earliest: timeMs(checkpoint.time - clockSkewMs),
        }
      : undefined;
  },
};
