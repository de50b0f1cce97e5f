/** Entries that are payments: what a wallet shows, and what a payee is told of. */
import type { Payment } from "./operation.ts";
import type { VerifiedEntry } from "./verify-entry.ts";

export type VerifiedPayment = VerifiedEntry & { readonly entry: { readonly operation: Payment } };

export function isPayment(entry: VerifiedEntry): entry is VerifiedPayment {
  return entry.entry.operation.type === "pay";
}
