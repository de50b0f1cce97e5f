/** What could still go wrong with a payment that has arrived and is not settled, a plain sentence for each. */
import type { AcceptanceRefusal, WalletView } from "@amigos/engine";
import type { CarriedRisk } from "@amigos/reconcile";
import type { Asset } from "@amigos/core";
import { moneyToText } from "../format/money.ts";
import { distance, durationToText } from "../format/time.ts";
import { describeFailure } from "./failure-sentences.ts";
import { locale, texts } from "./index.ts";

export interface WeighingContext {
  readonly view: WalletView;
  readonly now: number;
  /** The payment's. */
  readonly asset: Asset;
}

export function describeRisk(risk: CarriedRisk, { now, asset }: WeighingContext): string {
  const words = texts.weighing.risks;
  const ago = (ageMs: number): string => distance(now - ageMs, now, locale);
  switch (risk.type) {
    case "not-certified":
      return words.notCertified;
    case "session-may-have-ended":
      return words.mayHaveEnded(ago(risk.ageMs));
    case "balance-shared":
      return words.shared(moneyToText(risk.uncovered, asset, locale));
    case "checkpoint-old":
      return words.old(ago(risk.ageMs));
    case "waits-for":
      return words.waits(risk.entries.length);
  }
}

export function describeObjection(refusal: AcceptanceRefusal, { view, now, asset }: WeighingContext): string {
  const words = texts.weighing.refusals;
  switch (refusal.type) {
    case "not-accepted":
      return words.notAccepted(describeFailure(refusal.failure, { view, now, isOwn: false }).sentence);
    case "not-proven":
      return words.notProven;
    case "place-taken":
      return words.placeTaken;
    case "decided-unseen":
      return words.decidedUnseen;
    case "known-before":
      return words.knownBefore;
    case "witnessed-otherwise":
      return words.witnessedOtherwise;
    case "balance-spent":
      return words.balanceSpent(moneyToText(refusal.left, asset, locale));
    case "clock-behind":
      return words.clockBehind;
    case "session-forked":
      return words.forked;
    case "session-ended":
      return words.ended;
    case "above-per-payment":
      return words.abovePerPayment(moneyToText(refusal.most, asset, locale));
    case "above-per-payer":
      return words.abovePerPayer(moneyToText(refusal.amount, asset, locale), moneyToText(refusal.most, asset, locale));
    case "checkpoint-too-old":
      return words.tooOld(durationToText(refusal.ageMsMax, locale));
    case "not-from-float":
      return words.notSetAside(moneyToText(refusal.uncovered, asset, locale));
  }
}

/** Whether this wallet's owner said so, and not the ledger. */
export function isOwnRule({ type }: AcceptanceRefusal): boolean {
  return (
    type === "above-per-payment" ||
    type === "above-per-payer" ||
    type === "checkpoint-too-old" ||
    type === "clock-behind" ||
    type === "not-from-float"
  );
}
