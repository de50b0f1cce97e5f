import { stateRoot } from "@amigos/reconcile";
import type { Prng } from "../chance/prng.ts";
import { Follower, type Decision, type Rules } from "../world/ledger.ts";
import type { Network } from "@amigos/core";
import type { Checker } from "./checker.ts";

/** Computes every checkpoint again from the same set in another order; and after everybody met, compares all roots. */
export function convergence(network: Network, rules: Rules, prng: Prng): Checker {
  const follower = new Follower(network, rules);
  return {
    name: "convergence",
    what: "the same set gives the same root, whatever the order, and everybody ends with it",
    afterDecision: (decision: Decision) => {
      const found = follower.follow(decision, (values) => prng.shuffled(values));
      if (found === decision.stateRoot) return undefined;
      const { height } = decision.state;
      return {
        check: "convergence",
        detail: `a follower found ${found} at height ${height}, the ledger ${decision.stateRoot}`,
      };
    },
    atEnd: ({ ledger, devices }) => {
      const followers = devices.filter((device) => device.ledger === ledger);
      const roots = new Set([ledger.settled, ...followers.map(({ settled }) => settled)].map(stateRoot));
      return roots.size === 1 ? undefined : { check: "convergence", detail: `${roots.size} roots after everybody met` };
    },
  };
}
