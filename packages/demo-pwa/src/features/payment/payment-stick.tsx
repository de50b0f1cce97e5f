/** One payment as a stick of its own: the payer's half above, the payee's below, apart until the ledger has settled it. */
import type { PaymentView, WalletView } from "@amigos/engine";
import { nameOfAccount } from "../../wallet/contacts.ts";
import { changeToText } from "../../format/money.ts";
import { locale, texts } from "../../texts/index.ts";
import { Stick } from "../../ui/stick.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { PaymentStateIcon } from "../../ui/payment-state.tsx";
import { paymentState, type PaymentState } from "../../wallet/payment-state.ts";
import { assetOf } from "../../wallet/selectors.ts";

const TONES = {
  "on-its-way": "calm",
  delivered: "calm",
  witnessed: "calm",
  received: "calm",
  waiting: "refused",
  settled: "settled",
  refused: "refused",
  disputed: "disputed",
} as const satisfies { readonly [State in PaymentState]: string };

export function PaymentStick({ payment, view }: { readonly payment: PaymentView; readonly view: WalletView }) {
  const state = paymentState(payment);
  const asset = assetOf(view, payment.asset);
  return (
    <Stick
      id={payment.id}
      isOpen={state !== "settled"}
      tone={TONES[state]}
      upper={
        <div class="signed">
          <p class="signed-state">
            <PaymentStateIcon state={state} size={20} />
            {texts.paymentState[state]}
          </p>
          <p class={state === "refused" ? "signed-amount signed-void" : "signed-amount"}>
            <span class="number">{changeToText(payment.direction, payment.amount, asset, locale)}</span>{" "}
            <span class="signed-code">{asset.code}</span>
          </p>
        </div>
      }
      lower={
        <p class="signed-party">
          <TallyMark id={payment.counterparty} size={36} />
          <span>
            <span class="small signed-role">{payment.direction === "out" ? texts.payment.to : texts.payment.from}</span>
            <br />
            {nameOfAccount(payment.counterparty)}
          </span>
        </p>
      }
    />
  );
}
