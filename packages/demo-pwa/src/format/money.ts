/**
 * Amounts as people read them. The exact decimal text comes from core and only its digits are dressed for the locale:
 * `Intl` takes decimal strings, so nothing ever passes through a float.
 */
import { formatAmount, parseAmount, err, type Amount, type AmountError, type Asset, type Result } from "@amigos/core";

const MINUS = "\u2212";

/** `500n` of a two-decimal asset → `"5.00"` in English, `"5,00"` in German. */
export function amountToText(amount: bigint, asset: Asset, locale?: string): string {
  const exact = formatAmount(amount < 0n ? -amount : amount, asset);
  const digits = new Intl.NumberFormat(locale, {
    minimumFractionDigits: asset.decimals,
    maximumFractionDigits: asset.decimals,
  }).format(exact as Intl.StringNumericLiteral);
  return amount < 0n ? `${MINUS}${digits}` : digits;
}

/** `"5.00 AMI"`. The space does not break, so that a number is never apart from what it counts. */
export function moneyToText(amount: bigint, asset: Asset, locale?: string): string {
  return `${amountToText(amount, asset, locale)}\u00a0${asset.code}`;
}

/** `"+5.00"` for what comes in, `"−5.00"` for what goes out. */
export function changeToText(direction: "in" | "out", amount: bigint, asset: Asset, locale?: string): string {
  return `${direction === "in" ? "+" : MINUS}${amountToText(amount, asset, locale)}`;
}

/**
 * What somebody typed into an amount field: a comma or a point before the decimals, spaces and apostrophes between
 * thousands. Two different marks mean that the last one is the decimal mark; anything else is not a number.
 */
export function textToAmount(text: string, asset: Asset): Result<Amount, AmountError> {
  const compact = text.trim().replace(/[\s\u00a0\u202f'’]/g, "");
  const marks = compact.match(/[.,]/g) ?? [];
  const decimalMark = marks.at(-1);
  if (decimalMark === undefined || marks.length === 1) return parseAmount(compact.replace(",", "."), asset);
  const others = new Set(marks.slice(0, -1));
  if (others.has(decimalMark)) return err({ type: "amount-not-a-number", text });
  const grouping = decimalMark === "." ? "," : ".";
  return parseAmount(compact.replaceAll(grouping, "").replace(",", "."), asset);
}
