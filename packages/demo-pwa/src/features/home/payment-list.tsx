/** Every payment, newest first, by day. What is open is in the list like everything else, and says so. */
import type { PaymentView, WalletView } from "@amigos/engine";
import { routeToFragment } from "../../app/route.ts";
import { contactNames, nameOfAccount } from "../../wallet/contacts.ts";
import { changeToText } from "../../format/money.ts";
import { dayHeading, timeOfDay } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { PaymentStateLine } from "../../ui/payment-state.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { paymentState } from "../../wallet/payment-state.ts";
import { assetOf } from "../../wallet/selectors.ts";

export function PaymentList({ view, now }: { readonly view: WalletView; readonly now: number }) {
  if (view.payments.length === 0) {
    return (
      <section class="payments-none">
        <h2>{texts.home.noPayments}</h2>
        <p class="soft">{texts.home.noPaymentsHint}</p>
      </section>
    );
  }
  const days = Map.groupBy(view.payments, ({ time }) => dayHeading(time, now, locale));
  return (
    <section class="payments" aria-label={texts.home.payments}>
      {Array.from(days, ([day, payments]) => (
        <div key={day}>
          <h2 class="payments-day">{day}</h2>
          <ul class="payments-list">
            {payments.map((payment) => (
              <PaymentRow key={payment.id} payment={payment} view={view} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function PaymentRow({ payment, view }: { readonly payment: PaymentView; readonly view: WalletView }) {
  const state = paymentState(payment);
  // A name that one knows comes first; an id says less than what the payment is for.
  const isNamed = contactNames.value.has(payment.counterparty);
  const name = isNamed ? nameOfAccount(payment.counterparty) : (payment.memo ?? nameOfAccount(payment.counterparty));
  return (
    <li data-payment={payment.id} data-state={state}>
      <a class="payment-row" href={routeToFragment({ screen: "payment", payment: payment.id })}>
        <TallyMark id={payment.counterparty} size={44} />
        <span class="payment-row-who">
          <span class="payment-row-name">
            <bdi>{name}</bdi>
            {payment.memo === undefined || name === payment.memo ? null : (
              <span class="payment-row-memo">{payment.memo}</span>
            )}
          </span>
          <PaymentStateLine state={state} />
        </span>
        <span class="payment-row-much">
          <span class={`payment-row-amount number${state === "refused" ? " payment-row-void" : ""}`}>
            {changeToText(payment.direction, payment.amount, assetOf(view, payment.asset), locale)}
          </span>
          <span class="small soft">{timeOfDay(payment.time, locale)}</span>
        </span>
      </a>
    </li>
  );
}
