/**
 * The one word for where a payment stands, from its two axes (outcome and finality) and its direction. Received is not
 * settled, and nothing here pretends it is.
 */
import type { PaymentView } from "@amigos/engine";

export type PaymentState =
  | "on-its-way"
  | "delivered"
  | "received"
  | "witnessed"
  | "settled"
  | "refused"
  | "disputed"
  | "waiting";

export function paymentState(
  payment: Pick<PaymentView, "direction" | "outcome" | "finality" | "isDisputed">,
): PaymentState {
  if (payment.finality === "settled") return payment.outcome === "accepted" ? "settled" : "refused";
  if (payment.isDisputed) return "disputed";
  switch (payment.outcome) {
    case "accepted":
      return openState(payment);
    case "rejected":
      return "refused";
    case "deferred":
      return "waiting";
  }
}

/** Of a payment that is acceptable and not settled: how far it has come. */
function openState({ direction, finality }: Pick<PaymentView, "direction" | "finality">): PaymentState {
  if (finality === "witnessed" || finality === "certified") return "witnessed";
  if (direction === "in") return "received";
  return finality === "delivered" ? "delivered" : "on-its-way";
}
