/** What a device of an account may do: one that its owner sets up himself, and one that he lets in. */
import {
  ACCOUNT_RECOVER,
  READ_ALL,
  READ_ONLY,
  SEND_LIMIT_DAILY,
  STAKE_MANAGE,
  amount,
  type Network,
} from "@amigos/core";
import type { ApprovalOptions, SessionOptions } from "@amigos/engine";
import type { DeviceTerms } from "../wallet/device-terms.ts";

/** What a demo phone may send in a day: whole units of the network's first asset. */
const DAILY_LIMIT_UNITS = 50n;
const SESSION_DAYS = 30;

export function ownTerms(network: Network, device: string): SessionOptions {
  const [asset] = network.genesis.assets;
  const limit =
    asset === undefined
      ? []
      : [SEND_LIMIT_DAILY({ asset: asset.code, amount: amount(DAILY_LIMIT_UNITS * 10n ** BigInt(asset.decimals)) })];
  return { device, permissions: [...limit, READ_ALL, STAKE_MANAGE], expiry: { days: SESSION_DAYS } };
}

/** What was ticked, as permissions. */
export function approvalOf({ device, daily, mayView, mayRecover, days }: DeviceTerms): ApprovalOptions {
  // What may only be looked at stands alone.
  const view = daily === undefined && !mayRecover ? READ_ONLY : READ_ALL;
  return {
    device,
    permissions: [
      ...(daily === undefined ? [] : [SEND_LIMIT_DAILY(daily)]),
      ...(mayView ? [view] : []),
      ...(mayRecover ? [ACCOUNT_RECOVER] : []),
    ],
    expiry: { days },
  };
}
