/** What can be staked, how much can be taken back, and how many of each (spec [STK1]). */
import type { Amount } from "@amigos/core";
import { STAKES_MAX, UNBONDING_MAX } from "../bounds.ts";
import { stakedAsset } from "../state/due.ts";
import type { AccountState } from "../state/account-state.ts";
import type { EntryRule, Moment } from "./rule.ts";

const NOTHING = 0n as Amount;

export const stakeRules: EntryRule = {
  code: "stake-rules",
  outcome: "rejected",
  id: "STK1",
  check: ({ account }, { operation }, moment) => {
    if (operation.type !== "stake" && operation.type !== "unstake") return undefined;
    const { asset, amount: asked, validator } = operation;
    if (asset !== stakedAsset(moment.network))
      return { code: "stake-rules", reason: "other-asset", asked, left: NOTHING };
    const staked = account.stakes.get(validator);
    if (operation.type === "stake") {
      const isFull = staked === undefined && account.stakes.size >= STAKES_MAX;
      return isFull ? { code: "stake-rules", reason: "too-many-validators", asked, left: NOTHING } : undefined;
    }
    const left = staked ?? NOTHING;
    if (asked > left) return { code: "stake-rules", reason: "not-staked", asked, left };
    return hasRoom(account, moment)
      ? undefined
      : { code: "stake-rules", reason: "too-many-unbonding", asked, left: NOTHING };
  },
};

function hasRoom({ unbonding }: AccountState, { time, network }: Moment): boolean {
  const due = time + network.genesis.parameters.unbondingMs;
  return unbonding.length < UNBONDING_MAX || unbonding.some((row) => row.due === due);
}
