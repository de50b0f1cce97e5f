/**
 * The one word for where a payment stands, from its two axes (outcome and finality) and its direction. Received is not
 * settled, and nothing here pretends it is.
 */
import type { PaymentView } from "@amigos/engine";

export type PaymentState = "on-its-way" | "received" | "settled" | "refused" | "disputed" | "waiting";

export function paymentState(
  payment: Pick<PaymentView, "direction" | "outcome" | "finality" | "isDisputed">,
): PaymentState {
  if (payment.finality === "settled") return payment.outcome === "accepted" ? "settled" : "refused";
  if (payment.isDisputed) return "disputed";
  switch (payment.outcome) {
    case "accepted":
      return payment.direction === "out" ? "on-its-way" : "received";
    case "rejected":
      return "refused";
    case "deferred":
      return "waiting";
  }
}
