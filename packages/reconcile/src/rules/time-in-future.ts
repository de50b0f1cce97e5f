/** It claims a time ahead of the ledger, by more than clocks may differ: it waits until the ledger gets there (spec [TIME2]). */
import { timeMs, type Entry } from "@amigos/core";
import type { EntryRule, Moment } from "./rule.ts";

export const timeInFuture: EntryRule = {
  code: "time-in-future",
  outcome: "deferred",
  id: "TIME2",
  check: (_view, entry, moment) => {
    const { clockSkewMs } = moment.network.genesis.parameters;
    const { time } = entry;
    return isTimeInFuture(entry, moment)
      ? { code: "time-in-future", time, judgedFrom: timeMs(time - clockSkewMs) }
      : undefined;
  },
};

export function isTimeInFuture({ time }: Entry, moment: Moment): boolean {
  return time - moment.time > moment.network.genesis.parameters.clockSkewMs;
}
