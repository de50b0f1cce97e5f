/** Why a rule did not accept a payment, for people: what the rule is, and the numbers that would have passed. */
import type { AssetCode, TimeMs } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import type { Failure, FailureCode } from "@amigos/reconcile";
import { moneyToText } from "../format/money.ts";
import { dateAndTime, daysToText, distance } from "../format/time.ts";
import { assetOf } from "../wallet/selectors.ts";
import { failureTexts, locale } from "./index.ts";

/** Why a stake, or taking one back, is not allowed. */
export type StakeReason = Extract<Failure, { readonly code: "stake-rules" }>["reason"];

export interface FailureContext {
  readonly view: WalletView;
  readonly now: number;
  /** Whether this wallet is the payer. */
  readonly isOwn: boolean;
}

export interface FailureText {
  readonly title: string;
  readonly sentence: string;
}

/** What a language has: its words for who pays, and a title and a sentence for each rule. */
export interface FailureTexts {
  /** At the start of a sentence. */
  readonly device: OwnAndOther;
  readonly deviceInside: OwnAndOther;
  /** What an amount follows: `"You have"`. */
  readonly payer: OwnAndOther;
  readonly codes: { readonly [Code in FailureCode]: Describe<Code> };
}

interface OwnAndOther {
  readonly own: string;
  readonly other: string;
}

/** What a sentence is made with: names for the payer and formatted numbers. */
interface Words {
  readonly device: string;
  readonly deviceInside: string;
  readonly payer: string;
  readonly money: (amount: bigint, asset: AssetCode) => string;
  readonly when: (time: TimeMs) => string;
  readonly days: (durationMs: number) => string;
}

type Describe<Code extends FailureCode> = (
  failure: Extract<Failure, { readonly code: Code }>,
  words: Words,
) => FailureText;

export function describeFailure(failure: Failure, { view, now, isOwn }: FailureContext): FailureText {
  const who = isOwn ? "own" : "other";
  const words: Words = {
    device: failureTexts.device[who],
    deviceInside: failureTexts.deviceInside[who],
    payer: failureTexts.payer[who],
    money: (amount, asset) => moneyToText(amount, assetOf(view, asset), locale),
    when: (time) => `${distance(time, now, locale)} (${dateAndTime(time, locale)})`,
    days: (durationMs) => daysToText(durationMs, locale),
  };
  return (failureTexts.codes[failure.code] as Describe<FailureCode>)(failure, words);
}
