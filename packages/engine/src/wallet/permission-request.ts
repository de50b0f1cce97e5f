/** Permissions as a developer writes them, `SEND_LIMIT_DAILY("50.00 AMI")`: the network's assets say what the text means. */
import {
  READ_ALL,
  SEND_LIMIT_DAILY as limitDaily,
  SEND_LIMIT_TX as limitTx,
  SEND_UNLIMITED,
  err,
  ok,
  parseMoney,
  type AmountError,
  type Asset,
  type Money,
  type Permission,
  type Result,
} from "@amigos/core";

export { READ_ALL, SEND_UNLIMITED };

/** A permission, or one whose limit is still text. */
export type PermissionRequest =
  | Permission
  | { readonly type: "SEND_LIMIT_TX" | "SEND_LIMIT_DAILY"; readonly limit: string };

/** Send, up to `limit` in one payment. */
export function SEND_LIMIT_TX(limit: Money | string): PermissionRequest {
  return typeof limit === "string" ? { type: "SEND_LIMIT_TX", limit } : limitTx(limit);
}

/** Send, up to `limit` in one UTC day. */
export function SEND_LIMIT_DAILY(limit: Money | string): PermissionRequest {
  return typeof limit === "string" ? { type: "SEND_LIMIT_DAILY", limit } : limitDaily(limit);
}

export function resolvePermission(
  request: PermissionRequest,
  assets: readonly Asset[],
): Result<Permission, AmountError> {
  if (!("limit" in request)) return ok(request);
  const limit = resolveMoney(request.limit, assets);
  if (!limit.ok) return err(limit.error);
  return ok(request.type === "SEND_LIMIT_TX" ? limitTx(limit.value) : limitDaily(limit.value));
}

export function resolveMoney(money: Money | string, assets: readonly Asset[]): Result<Money, AmountError> {
  return typeof money === "string" ? parseMoney(money, assets) : ok(money);
}
