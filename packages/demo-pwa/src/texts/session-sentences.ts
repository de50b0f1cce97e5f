/** What a device may do: a clause for each line of its session's terms, a list item, or all of them as one sentence. */
import type { Money, SessionLine } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { nameOfAccount } from "../wallet/contacts.ts";
import { moneyToText } from "../format/money.ts";
import { dateAndTime } from "../format/time.ts";
import { assetOf } from "../wallet/selectors.ts";
import { locale, texts } from "./index.ts";

/** With a capital, for a list. */
export function describeLine(line: SessionLine, view: WalletView): string {
  return capitalised(clauseOf(line, view));
}

/** `"May pay up to 50.00 AMI a day and see the balance and the history."` Until when is not in it. */
export function describeTerms(terms: readonly SessionLine[], view: WalletView): string {
  const clauses = terms.filter(({ key }) => key !== "until").map((line) => clauseOf(line, view));
  return texts.devices.may(new Intl.ListFormat(locale, { type: "conjunction" }).format(clauses));
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

function clauseOf(line: SessionLine, view: WalletView): string {
  const words = texts.sessionLine;
  const money = ({ amount, asset }: Money): string => moneyToText(amount, assetOf(view, asset), locale);
  switch (line.key) {
    case "may-view":
      return words.mayView;
    case "may-only-view":
      return words.mayOnlyView;
    case "may-send-anything":
      return words.maySendAnything;
    case "may-send-per-payment":
      return words.maySendPerPayment(money(line));
    case "may-send-per-day":
      return words.maySendPerDay(money(line));
    case "at-most-unsettled":
      return words.atMostUnsettled(money(line));
    case "only-to":
      return words.onlyTo(line.recipients.map(nameOfAccount).join(", "));
    case "only-in":
      return words.onlyIn(line.regions.join(", "));
    case "may-stake":
      return words.mayStake;
    case "may-run-imports":
      return words.mayRunImports;
    case "may-recover":
      return words.mayRecover;
    case "may-nothing":
      return words.mayNothing;
    case "until":
      return words.until(dateAndTime(line.expiry, locale));
  }
}
