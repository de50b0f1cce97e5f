import type { Adversary } from "../adversaries/adversary.ts";
import { lossesOf } from "../outcomes/losses.ts";
import type { Checker } from "./checker.ts";

/** Payees together lose no more to a cheat than the settings let it: what the protocol promises, since it cannot promise none. */
export function lossBound(adversary: Adversary | undefined): Checker {
  return {
    name: "loss-bound",
    what: "payees lose no more than the limits of those who cheat them",
    atEnd: ({ recorder, settings }) => {
      const most = adversary === undefined ? 0 : adversary.lossMax(settings);
      const lost = lossesOf(recorder.payments).reduce((sum, { amount }) => sum + amount, 0);
      return most === undefined || lost <= most
        ? undefined
        : { check: "loss-bound", detail: `${lost} cents were lost, of at most ${most}` };
    },
  };
}
