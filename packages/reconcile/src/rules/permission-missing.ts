/** No SEND permission of the session is for this asset (spec [PERM3]). */
import type { Permission } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const permissionMissing: EntryRule = {
  code: "permission-missing",
  outcome: "rejected",
  id: "PERM3",
  check: ({ session }, { operation }) =>
    session.permissions.some((permission) => lets(permission, operation.asset))
      ? undefined
      : { code: "permission-missing", asset: operation.asset },
};

function lets(permission: Permission, asset: string): boolean {
  return permission.type === "SEND_UNLIMITED" || (permission.type !== "READ_ALL" && permission.asset === asset);
}
