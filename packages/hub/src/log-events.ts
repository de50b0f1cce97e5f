/** What happens in the replica, as log lines. */
import type { Replica } from "@amigos/engine";
import { stateRoot } from "@amigos/reconcile";
import type { Log } from "./log.ts";

export function logEvents(replica: Replica, log: Log): void {
  replica.subscribe((event) => {
    switch (event.type) {
      // A hub never starts from a state.
      case "changed":
      case "started":
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
        return log("warning", "refused", { peer: event.peer, code: event.code, detail: event.detail });
      case "ledger-mismatch":
        return log("error", "ledger-mismatch", { height: event.height, problem: event.error.type });
      case "store-failed":
        return log("error", "store-failed", { problem: event.error.message });
    }
  });
}
