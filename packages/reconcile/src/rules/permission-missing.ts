/** The session has no permission for what the entry does (spec [PERM3]). */
import type { AssetCode, Operation, Permission } from "@amigos/core";
import { moneyOf } from "../spend.ts";
import type { NeededPermission } from "../verdict.ts";
import type { EntryRule } from "./rule.ts";

export const permissionMissing: EntryRule = {
  code: "permission-missing",
  outcome: "rejected",
  id: "PERM3",
  check: ({ session: { permissions } }, { operation }) => {
    const permission = neededFor(operation);
    const asset = moneyOf(operation)?.asset;
    const isGiven = permission === undefined ? !isReadOnly(permissions) : permits(permissions, permission, asset);
    return isGiven ? undefined : { code: "permission-missing", permission: permission ?? "SEND", asset: asset ?? "" };
  },
};

function neededFor({ type }: Operation): NeededPermission | undefined {
  switch (type) {
    case "pay":
    case "float":
      return "SEND";
    case "stake":
    case "unstake":
      return "STAKE_MANAGE";
    case "execute":
      return "IMPORT_EXECUTE";
    case "release":
    case "attest":
      return undefined;
  }
}

function permits(permissions: readonly Permission[], needed: NeededPermission, asset: AssetCode | undefined): boolean {
  return permissions.some((permission) =>
    needed === "SEND"
      ? permission.type === "SEND_UNLIMITED" || ("asset" in permission && permission.asset === asset)
      : permission.type === needed,
  );
}

function isReadOnly(permissions: readonly Permission[]): boolean {
  return permissions[0]?.type === "READ_ONLY";
}
