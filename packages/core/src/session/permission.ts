/**
 * What a session may do. Limits are per asset and combine: all must hold, and a limit of one kind does not lift another
 * (spec [PERM1]). A session sends an asset only if some SEND permission names it, or SEND_UNLIMITED stands (spec [PERM2]).
 */
import { closeArray, mismatch, openArray, readInteger, type Reader } from "../encoding/reader.ts";
import { amountSchema, assetSchema, list, readMember, refined, type Schema } from "../encoding/schema.ts";
import { writeArrayHead, writeUnsigned } from "../encoding/writer.ts";
import type { Amount, AssetCode, Money } from "../amount.ts";
import { PERMISSIONS_MAX } from "../limits.ts";

export type Permission =
  /** See balances and history of the account. */
  | { readonly type: "READ_ALL" }
  /** Send, up to `amount` in one payment. */
  | { readonly type: "SEND_LIMIT_TX"; readonly asset: AssetCode; readonly amount: Amount }
  /** Send, up to `amount` in one UTC day. */
  | { readonly type: "SEND_LIMIT_DAILY"; readonly asset: AssetCode; readonly amount: Amount }
  /** Send any asset without a limit of its own. */
  | { readonly type: "SEND_UNLIMITED" }
  /** See balances and history of the account, and nothing else: it stands alone. */
  | { readonly type: "READ_ONLY" }
  /** Stake and unstake. */
  | { readonly type: "STAKE_MANAGE" }
  /** Run imported services and pay their fees. */
  | { readonly type: "IMPORT_EXECUTE" }
  /** Speak for the account where a master key is recovered: approve as a guardian, veto a recovery of its own. */
  | { readonly type: "ACCOUNT_RECOVER" };

export const READ_ALL: Permission = { type: "READ_ALL" };
export const READ_ONLY: Permission = { type: "READ_ONLY" };
export const SEND_UNLIMITED: Permission = { type: "SEND_UNLIMITED" };
export const STAKE_MANAGE: Permission = { type: "STAKE_MANAGE" };
export const IMPORT_EXECUTE: Permission = { type: "IMPORT_EXECUTE" };
export const ACCOUNT_RECOVER: Permission = { type: "ACCOUNT_RECOVER" };

export function SEND_LIMIT_TX(limit: Money): Permission {
  return { type: "SEND_LIMIT_TX", asset: limit.asset, amount: limit.amount };
}

export function SEND_LIMIT_DAILY(limit: Money): Permission {
  return { type: "SEND_LIMIT_DAILY", asset: limit.asset, amount: limit.amount };
}

const KIND = {
  READ_ALL: 0,
  SEND_LIMIT_TX: 1,
  SEND_LIMIT_DAILY: 2,
  SEND_UNLIMITED: 3,
  READ_ONLY: 4,
  STAKE_MANAGE: 5,
  IMPORT_EXECUTE: 6,
  ACCOUNT_RECOVER: 7,
} as const;

const PLAIN = new Map<number, Permission>(
  [READ_ALL, SEND_UNLIMITED, READ_ONLY, STAKE_MANAGE, IMPORT_EXECUTE, ACCOUNT_RECOVER].map((permission) => [
    KIND[permission.type],
    permission,
  ]),
);

const LIMITS = new Map<number, (limit: Money) => Permission>([
  [KIND.SEND_LIMIT_TX, SEND_LIMIT_TX],
  [KIND.SEND_LIMIT_DAILY, SEND_LIMIT_DAILY],
]);

/** `[kind]` or `[kind, asset, amount]`. */
export const permissionSchema: Schema<Permission> = {
  write: (writer, permission) => {
    writeArrayHead(writer, "asset" in permission ? 3 : 1);
    writeUnsigned(writer, KIND[permission.type]);
    if (!("asset" in permission)) return;
    assetSchema.write(writer, permission.asset);
    amountSchema.write(writer, permission.amount);
  },
  read: (reader) => {
    const expected = "permission";
    const length = openArray(reader, expected);
    if (length === 0) mismatch(reader, expected);
    const kind = readInteger(reader, expected);
    const limit = length === 3 ? LIMITS.get(kind) : undefined;
    const plain = length === 1 ? PLAIN.get(kind) : undefined;
    const permission = limit === undefined ? plain : limit(readMoney(reader));
    closeArray(reader);
    return permission ?? mismatch(reader, expected);
  },
};

function readMoney(reader: Reader): Money {
  return {
    asset: readMember(reader, "asset", assetSchema),
    amount: readMember(reader, "amount", amountSchema),
  };
}

/** The permissions of one session, in the order of their grant. */
export const permissionsSchema: Schema<readonly Permission[]> = refined(
  list(permissionSchema, PERMISSIONS_MAX),
  (permissions) =>
    permissions.length > 1 && permissions.some(({ type }) => type === "READ_ONLY")
      ? "READ_ONLY to stand alone"
      : undefined,
);
