/**
 * What a session may do, as data for one plain sentence each: a key and the values in it. Which words and which order of them,
 * and how an amount or a day reads, is the app's and its language's (spec [TERM4]). What stands here is complete: whoever
 * approves the lines approves the terms.
 */
import type { Money } from "../amount.ts";
import type { AccountId, TimeMs } from "../ids.ts";
import type { Permission } from "./permission.ts";
import type { Region } from "./region.ts";
import type { SessionTerms } from "./session-terms.ts";

export type SessionLine =
  | { readonly key: "may-view" }
  | { readonly key: "may-only-view" }
  | { readonly key: "may-send-anything" }
  /** Up to `amount` in one payment. */
  | ({ readonly key: "may-send-per-payment" } & Money)
  /** Up to `amount` in one UTC day. */
  | ({ readonly key: "may-send-per-day" } & Money)
  /** Never more than `amount` sent and not settled. */
  | ({ readonly key: "at-most-unsettled" } & Money)
  | { readonly key: "only-to"; readonly recipients: readonly AccountId[] }
  | { readonly key: "only-in"; readonly regions: readonly Region[] }
  | { readonly key: "may-stake" }
  | { readonly key: "may-run-imports" }
  | { readonly key: "may-recover" }
  /** Nothing was granted at all. */
  | { readonly key: "may-nothing" }
  | { readonly key: "until"; readonly expiry: TimeMs };

/** What is described: the terms as they were granted, or as a ledger holds them. */
export interface DescribedTerms extends Pick<SessionTerms, "permissions" | "expiry"> {
  readonly offlineLimits?: readonly Money[] | undefined;
  readonly regions?: readonly Region[] | undefined;
  readonly recipients?: readonly AccountId[] | undefined;
}

/**
 * The lines of a session's terms: what it may, what bounds it, until when. Of several limits of one kind and asset the
 * lowest stands, for it is the one that holds.
 *
 * @example
 * describeSession({ permissions: [SEND_LIMIT_DAILY(ami(50))], expiry, … })
 * // [{ key: "may-send-per-day", asset: "AMI", amount: 5000n }, { key: "until", expiry }]
 */
export function describeSession(terms: DescribedTerms): readonly SessionLine[] {
  const { permissions, offlineLimits = [], regions, recipients, expiry } = terms;
  const rights = permissions.length === 0 ? ([{ key: "may-nothing" }] as const) : linesOf(permissions);
  return [
    ...rights,
    ...offlineLimits.map((limit) => ({ key: "at-most-unsettled", ...limit }) as const),
    ...(recipients === undefined ? [] : [{ key: "only-to", recipients } as const]),
    ...(regions === undefined ? [] : [{ key: "only-in", regions } as const]),
    { key: "until", expiry },
  ];
}

function linesOf(permissions: readonly Permission[]): readonly SessionLine[] {
  const lowest = new Map<string, SessionLine>();
  for (const permission of permissions) {
    const line = lineOf(permission);
    const name = "asset" in line ? `${line.key} ${line.asset}` : line.key;
    const known = lowest.get(name);
    const isLower = known === undefined || ("amount" in known && "amount" in line && line.amount < known.amount);
    if (isLower) lowest.set(name, line);
  }
  return [...lowest.values()];
}

function lineOf(permission: Permission): SessionLine {
  switch (permission.type) {
    case "READ_ALL":
      return { key: "may-view" };
    case "READ_ONLY":
      return { key: "may-only-view" };
    case "SEND_UNLIMITED":
      return { key: "may-send-anything" };
    case "SEND_LIMIT_TX":
      return { key: "may-send-per-payment", asset: permission.asset, amount: permission.amount };
    case "SEND_LIMIT_DAILY":
      return { key: "may-send-per-day", asset: permission.asset, amount: permission.amount };
    case "STAKE_MANAGE":
      return { key: "may-stake" };
    case "IMPORT_EXECUTE":
      return { key: "may-run-imports" };
    case "ACCOUNT_RECOVER":
      return { key: "may-recover" };
  }
}
