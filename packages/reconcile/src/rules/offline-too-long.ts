/** It is older, against the ledger's time, than an entry may be when it is settled (spec [TIME4]). */
import type { EntryRule } from "./rule.ts";

export const offlineTooLong: EntryRule = {
  code: "offline-too-long",
  outcome: "rejected",
  id: "TIME4",
  check: (_view, { time }, moment) => {
    const limitMs = moment.network.genesis.parameters.offlineMsMax;
    return moment.time - time > limitMs
      ? { code: "offline-too-long", time, ledgerTime: moment.time, limitMs }
      : undefined;
  },
};
