/**
 * What a session may do. Limits are per asset and combine: all must hold, and a limit of one kind does not lift another
 * (spec [PERM1]). A session sends an asset only if some SEND permission names it, or SEND_UNLIMITED stands (spec [PERM2]).
 */
import { amountSchema, assetSchema, mismatch, type Schema } from "../encoding/schema.ts";
import type { Amount, AssetCode, Money } from "../amount.ts";

export type Permission =
  /** See balances and history of the account. */
  | { readonly type: "READ_ALL" }
  /** Send, up to `amount` in one payment. */
  | { readonly type: "SEND_LIMIT_TX"; readonly asset: AssetCode; readonly amount: Amount }
  /** Send, up to `amount` in one UTC day. */
  | { readonly type: "SEND_LIMIT_DAILY"; readonly asset: AssetCode; readonly amount: Amount }
  /** Send any asset without a limit of its own. */
  | { readonly type: "SEND_UNLIMITED" };

export const READ_ALL: Permission = { type: "READ_ALL" };
export const SEND_UNLIMITED: Permission = { type: "SEND_UNLIMITED" };

export function SEND_LIMIT_TX(limit: Money): Permission {
  return { type: "SEND_LIMIT_TX", asset: limit.asset, amount: limit.amount };
}

export function SEND_LIMIT_DAILY(limit: Money): Permission {
  return { type: "SEND_LIMIT_DAILY", asset: limit.asset, amount: limit.amount };
}

const KIND = { READ_ALL: 0, SEND_LIMIT_TX: 1, SEND_LIMIT_DAILY: 2, SEND_UNLIMITED: 3 } as const;

/** `[kind]` or `[kind, asset, amount]`. */
export const permissionSchema: Schema<Permission> = {
  toCbor: (permission) =>
    "asset" in permission
      ? [KIND[permission.type], assetSchema.toCbor(permission.asset), amountSchema.toCbor(permission.amount)]
      : [KIND[permission.type]],
  fromCbor: (value, path) => {
    if (!Array.isArray(value)) return mismatch(path, "permission");
    const [kind, asset, limit] = value as readonly unknown[];
    if (value.length === 1 && kind === KIND.READ_ALL) return READ_ALL;
    if (value.length === 1 && kind === KIND.SEND_UNLIMITED) return SEND_UNLIMITED;
    if (value.length === 3 && (kind === KIND.SEND_LIMIT_TX || kind === KIND.SEND_LIMIT_DAILY)) {
      const money = {
        asset: assetSchema.fromCbor(asset, `${path}.asset`),
        amount: amountSchema.fromCbor(limit, `${path}.amount`),
      };
      return kind === KIND.SEND_LIMIT_TX ? SEND_LIMIT_TX(money) : SEND_LIMIT_DAILY(money);
    }
    return mismatch(path, "permission");
  },
};
