/** What changed between two views that a person wants to hear of, as sentences; newest last. */
import type { PaymentView, WalletView } from "@amigos/engine";
import { nameOfAccount } from "../wallet/contacts.ts";
import { moneyToText } from "../format/money.ts";
import { locale, texts } from "../texts/index.ts";
import { paymentState } from "../wallet/payment-state.ts";
import { assetOf } from "../wallet/selectors.ts";

export type NewsTone = "open" | "settled" | "dispute" | "device";

export interface NewsItem {
  readonly tone: NewsTone;
  readonly text: string;
}

export function newsBetween(before: WalletView, after: WalletView): readonly NewsItem[] {
  const known = new Map(before.payments.map((payment) => [payment.id, payment]));
  const payments = after.payments
    .toReversed()
    .map((payment) => newsOfPayment(payment, known.get(payment.id), after))
    .filter((item) => item !== undefined);
  return [...newsOfDevices(before, after), ...payments];
}

/** A device that is new to the account is said aloud: whoever did not add it wants to know at once. */
function newsOfDevices(before: WalletView, after: WalletView): readonly NewsItem[] {
  const known = new Set(before.sessions.map(({ id }) => id));
  return after.sessions
    .filter(({ id }) => !known.has(id) && id !== after.session.id)
    .map(({ device }) => ({ tone: "device", text: texts.news.device(device) }));
}

function newsOfPayment(payment: PaymentView, before: PaymentView | undefined, view: WalletView): NewsItem | undefined {
  const state = paymentState(payment);
  if (before !== undefined && paymentState(before) === state) return undefined;
  const isOut = payment.direction === "out";
  const amount = moneyToText(payment.amount, assetOf(view, payment.asset), locale);
  const other = nameOfAccount(payment.counterparty);
  switch (state) {
    case "received":
      return { tone: "open", text: texts.news.received(amount, other) };
    case "settled":
      return {
        tone: "settled",
        text: isOut ? texts.news.settledOut(amount, other) : texts.news.settledIn(amount, other),
      };
    case "refused":
      return { tone: "dispute", text: texts.news.refused(amount, other) };
    case "disputed":
      return { tone: "dispute", text: texts.news.disputed(amount, other) };
    case "delivered":
      return { tone: "open", text: texts.news.delivered(amount, other) };
    case "on-its-way":
    case "witnessed":
    case "waiting":
      return undefined;
  }
}
