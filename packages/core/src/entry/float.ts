/** Entries that set value aside for their session, or give it back: what an account's own wallets show, and nobody else's. */
import type { Float, Release } from "./operation.ts";
import type { VerifiedEntry } from "./verify-entry.ts";

export type VerifiedFloat = VerifiedEntry & { readonly entry: { readonly operation: Float | Release } };

export function isFloat(entry: VerifiedEntry): entry is VerifiedFloat {
  const { type } = entry.entry.operation;
  return type === "float" || type === "release";
}
