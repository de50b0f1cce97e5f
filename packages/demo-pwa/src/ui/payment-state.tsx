/**
 * Where a payment stands, in shape, word and colour at once: two halves of a stick that are apart, closed, struck out or
 * one too many. No state is told by colour alone.
 */
import type { ComponentChildren } from "preact";
import type { PaymentState } from "../wallet/payment-state.ts";
import { texts } from "../texts/index.ts";

const UPPER = "M2.5 3.5a1 1 0 0 1 1-1h13a1 1 0 0 1 1 1v4.8h-4l-1 1.7H8L7 8.3H2.5z";
const LOWER = "M2.5 9.8H6l1 1.7h6l1-1.7h3.5v5.7a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1z";

const SHAPES: { readonly [State in PaymentState]: ComponentChildren } = {
  "on-its-way": (
    <>
      <path class="half" d={UPPER} transform="translate(0 -1.2)" />
      <path class="half half-outline" d={LOWER} transform="translate(0 2)" />
    </>
  ),
  delivered: (
    <>
      <path class="half" d={UPPER} transform="translate(0 -1.2)" />
      <path class="half" d={LOWER} transform="translate(0 2)" />
    </>
  ),
  witnessed: (
    <>
      <path class="half" d={UPPER} transform="translate(0 -.4)" />
      <path class="half" d={LOWER} transform="translate(0 1.1)" />
    </>
  ),
  received: (
    <>
      <path class="half half-outline" d={UPPER} transform="translate(0 -1.2)" />
      <path class="half" d={LOWER} transform="translate(0 2)" />
    </>
  ),
  settled: (
    <>
      <path class="half" d={UPPER} />
      <path class="half" d={LOWER} transform="translate(0 .2)" />
    </>
  ),
  refused: (
    <>
      <path class="half half-outline" d={UPPER} transform="translate(0 -.6)" />
      <path class="half half-outline" d={LOWER} transform="translate(0 1.4)" />
      <path class="strike" d="M1.5 18.5l17-17" />
    </>
  ),
  disputed: (
    <>
      <path class="half" d="M2.5 2.2a1 1 0 0 1 1-1h13a1 1 0 0 1 1 1v3.6h-4l-1 1.7H8L7 5.8H2.5z" />
      <path class="half" d="M1.2 10.2h3l1.4 1.7h3.4v6.2H2.2a1 1 0 0 1-1-1z" />
      <path class="half" d="M18.8 10.2h-3l-1.4 1.7H11v6.2h6.8a1 1 0 0 0 1-1z" />
    </>
  ),
  waiting: (
    <>
      <path class="half half-outline" d={UPPER} transform="translate(0 -1.2)" />
      <path class="half half-outline" d={LOWER} transform="translate(0 2)" />
    </>
  ),
};

export function PaymentStateIcon({ state, size = 20 }: { readonly state: PaymentState; readonly size?: number }) {
  return (
    <svg class="payment-state-icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

export function PaymentStateLine({ state }: { readonly state: PaymentState }) {
  return (
    <span class={`payment-state payment-state-${state}`}>
      <PaymentStateIcon state={state} size={16} />
      {texts.paymentState[state]}
    </span>
  );
}
