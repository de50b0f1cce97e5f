/** What a device may do, one plain sentence for each line of its session's terms. */
import type { Money, SessionLine } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { accountToShortText } from "../format/identity.ts";
import { moneyToText } from "../format/money.ts";
import { dateAndTime } from "../format/time.ts";
import { assetOf } from "../wallet/selectors.ts";
import { locale, texts } from "./index.ts";

export function describeLine(line: SessionLine, view: WalletView): string {
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
      return words.onlyTo(line.recipients.map(accountToShortText).join(", "));
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
