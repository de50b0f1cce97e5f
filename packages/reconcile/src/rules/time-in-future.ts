/** It claims a time ahead of the ledger, by more than clocks may differ: it waits until the ledger gets there (spec [TIME2]). */
import { timeMs } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const timeInFuture: EntryRule = {
  code: "time-in-future",
  outcome: "deferred",
  id: "TIME2",
  check: (_view, { time }, moment) => {
    const { clockSkewMs } = moment.network.genesis.parameters;
    return time - moment.time > clockSkewMs
      ? { code: "time-in-future", time, judgedFrom: timeMs(time - clockSkewMs) }
      : undefined;
  },
};
