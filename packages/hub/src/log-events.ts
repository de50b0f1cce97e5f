/** What happens in the replica, as log lines. */
import type { Replica } from "@amigos/engine";
import type { Clock } from "@amigos/engine/ports";
import { stateRoot } from "@amigos/reconcile";
import type { Log } from "./log.ts";
import { RefusedLines } from "./refused-lines.ts";

export function logEvents(replica: Replica, log: Log, clock: Clock): void {
  const refusedLines = new RefusedLines(log, clock);
  for (const row of replica.quarantined) log("warning", "quarantined", { row });
  replica.subscribe((event) => {
    switch (event.type) {
      // A hub never starts from a state, syncs with nobody, and hears of what was put aside when it opens, above. What became of
      // a recovery concerns its account alone.
      case "quarantined":
      case "changed":
      case "started":
      case "history-loaded":
      case "progress":
      case "recovery-decided":
        return undefined;
      case "settled": {
        const count = (outcome: string): number =>
          event.verdicts.filter((verdict) => verdict.outcome === outcome).length;
        return log("info", "settled", {
          height: event.height,
          stateRoot: stateRoot(replica.settled),
          accepted: count("accepted"),
          rejected: count("rejected"),
          deferred: count("deferred"),
        });
      }
      case "refused":
        return refusedLines.write(event);
      case "ledger-mismatch":
        return log("error", "ledger-mismatch", { height: event.height, problem: event.error.type });
      case "store-failed":
        return log("error", "store-failed", { problem: event.error.message });
    }
  });
}
