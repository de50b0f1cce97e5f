/** It gives back more than the session has set aside (spec [FLT1]). */
import type { Amount } from "@amigos/core";
import type { EntryRule } from "./rule.ts";

export const floatExceeded: EntryRule = {
  code: "float-exceeded",
  outcome: "rejected",
  id: "FLT1",
  check: ({ session }, { operation }) => {
    if (operation.type !== "release") return undefined;
    const { asset, amount: asked } = operation;
    const left = session.float.get(asset) ?? (0n as Amount);
    return asked > left ? { code: "float-exceeded", asset, asked, left } : undefined;
  },
};
