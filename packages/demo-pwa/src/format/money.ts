/**
 * Amounts as people read them. The exact decimal text comes from core and only its digits are dressed for the locale:
 * `Intl` takes decimal strings, so nothing ever passes through a float.
 */
import { formatAmount, parseAmount, err, type Amount, type AmountError, type Asset, type Result } from "@amigos/core";

const MINUS = "\u2212";

/** `500n` of a two-decimal asset → `"5.00"` in English, `"5,00"` in German, `"٥٫٠٠"` in Egypt. */
export function amountToText(amount: bigint, asset: Asset, locale?: string): string {
  return numberToText(amount, asset, locale, "auto");
}

/** `"5.00 AMI"`. The space does not break, so that a number is never apart from what it counts. */
export function moneyToText(amount: bigint, asset: Asset, locale?: string): string {
  return `${amountToText(amount, asset, locale)}\u00a0${asset.code}`;
}

/** `"+5.00"` for what comes in, `"−5.00"` for what goes out. */
export function changeToText(direction: "in" | "out", amount: bigint, asset: Asset, locale?: string): string {
  return numberToText(direction === "in" ? amount : -amount, asset, locale, "always");
}

/** The sign stands where the language has it, and with the marks that keep it there; a hyphen becomes a true minus. */
function numberToText(
  amount: bigint,
  asset: Asset,
  locale: string | undefined,
  signDisplay: "auto" | "always",
): string {
  const size = formatAmount(amount < 0n ? -amount : amount, asset);
  const exact = (amount < 0n ? `-${size}` : size) as Intl.StringNumericLiteral;
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: asset.decimals,
    maximumFractionDigits: asset.decimals,
    signDisplay,
  });
  return format
    .formatToParts(exact)
    .map(({ type, value }) => (type === "minusSign" ? value.replace("-", MINUS) : value))
    .join("");
}

/** Where the Arabic-Indic digits begin, and the Persian ones. */
const ZERO_ARABIC = 0x660;
const ZERO_PERSIAN = 0x6f0;

/**
 * What somebody typed into an amount field: a comma or a point before the decimals, spaces and apostrophes between
 * thousands, in Latin or Arabic digits and marks. Two different marks mean that the last one is the decimal mark; anything
 * else is not a number.
 */
export function textToAmount(text: string, asset: Asset): Result<Amount, AmountError> {
  const compact = toLatin(text.trim()).replace(/[\s\u00a0\u202f'’]/g, "");
  const marks = compact.match(/[.,]/g) ?? [];
  const decimalMark = marks.at(-1);
  if (decimalMark === undefined || marks.length === 1) return parseAmount(compact.replace(",", "."), asset);
  const others = new Set(marks.slice(0, -1));
  if (others.has(decimalMark)) return err({ type: "amount-not-a-number", text });
  const grouping = decimalMark === "." ? "," : ".";
  return parseAmount(compact.replaceAll(grouping, "").replace(",", "."), asset);
}

function toLatin(text: string): string {
  return text
    .replace(/[٠-٩۰-۹]/g, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - (code < ZERO_PERSIAN ? ZERO_ARABIC : ZERO_PERSIAN));
    })
    .replaceAll("٫", ".")
    .replaceAll("٬", ",")
    .replaceAll("،", ",");
}
