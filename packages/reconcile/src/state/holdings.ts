/** Everything that an account has, wherever it lies (spec [STA3]): what a ledger that makes and loses nothing adds up to. */
import type { Money, Network } from "@amigos/core";
import type { AccountState } from "./account-state.ts";
import { stakedAsset } from "./due.ts";

export function holdingsOf(
  { balances, sessions, stakes, unbonding }: AccountState,
  network: Network,
): readonly Money[] {
  const available = [...balances].map(([asset, amount]) => ({ asset, amount }));
  const floats = [...sessions.values()].flatMap(({ float }) =>
    [...float].map(([asset, amount]) => ({ asset, amount })),
  );
  const asset = stakedAsset(network);
  if (asset === undefined) return [...available, ...floats];
  const staked = [...stakes.values()].map((amount) => ({ asset, amount }));
  return [...available, ...floats, ...staked, ...unbonding.map(({ amount }) => ({ asset, amount }))];
}
