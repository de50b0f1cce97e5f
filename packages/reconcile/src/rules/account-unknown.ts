/** The payer's inception is not known: it may still arrive. Being paid makes an account, but gives it no keys (spec [ACC2]). */
import type { PlaceRule } from "./rule.ts";

export const accountUnknown: PlaceRule = {
  code: "account-unknown",
  outcome: "deferred",
  id: "ACC2",
  check: ({ account }, entry) =>
    account?.keys === undefined ? { code: "account-unknown", account: entry.account } : undefined,
};
