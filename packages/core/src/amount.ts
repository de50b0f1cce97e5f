/**
 * Amounts: whole numbers of an asset's smallest unit, 0 ≤ amount < 2^63 (spec [AMT1]), never a float. Text forms have
 * exactly the asset's decimals and a point, whatever the locale: showing them nicely is the app's work.
 */
import type { Brand } from "./brand.ts";
import { assert } from "./assert.ts";
import { AMOUNT_MAX, ASSET_CODE_LENGTH_MAX } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

export type Amount = Brand<bigint, "Amount">;

/** An upper-case word such as "AMI". */
export type AssetCode = Brand<string, "AssetCode">;

/** An asset of a network: its code, and how many digits its smallest unit is behind the point. */
export interface Asset {
  readonly code: AssetCode;
  readonly decimals: number;
}

/** Some of an asset. */
export interface Money {
  readonly asset: AssetCode;
  readonly amount: Amount;
}

export type AmountError =
  | { readonly type: "amount-not-a-number"; readonly text: string }
  | { readonly type: "amount-too-precise"; readonly text: string; readonly decimals: number }
  | { readonly type: "amount-out-of-range"; readonly text: string }
  | { readonly type: "asset-unknown"; readonly text: string };

const ASSET_CODE = new RegExp(`^[A-Z][A-Z0-9]{0,${ASSET_CODE_LENGTH_MAX - 1}}$`);
/** Longer than any amount, so that a number with too many digits is told what is wrong with it. */
const DECIMAL = /^(\d{1,40})(?:\.(\d{1,40}))?$/;

export function isAmount(value: bigint): value is Amount {
  return value >= 0n && value <= AMOUNT_MAX;
}

export function amount(value: bigint): Amount {
  assert(isAmount(value), "an amount is within 0 and 2^63 - 1");
  return value;
}

export function isAssetCode(text: string): text is AssetCode {
  return ASSET_CODE.test(text);
}

export function assetCode(text: string): AssetCode {
  assert(isAssetCode(text), "an asset code is an upper-case word");
  return text;
}

/** `"5.00"` of a two-decimal asset → `500n`. Fewer decimals are filled up, more are refused. */
export function parseAmount(text: string, asset: Asset): Result<Amount, AmountError> {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return err({ type: "amount-not-a-number", text });
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > asset.decimals) return err({ type: "amount-too-precise", text, decimals: asset.decimals });
  const value = BigInt(whole + fraction.padEnd(asset.decimals, "0"));
  return isAmount(value) ? ok(value) : err({ type: "amount-out-of-range", text });
}

/** `"5.00 AMI"` → `{ asset: "AMI", amount: 500n }`, for an asset of the network. */
export function parseMoney(text: string, assets: readonly Asset[]): Result<Money, AmountError> {
  const [number = "", code = "", ...rest] = text.trim().split(/\s+/);
  const asset = assets.find((candidate) => candidate.code === code);
  if (asset === undefined || rest.length > 0) return err({ type: "asset-unknown", text });
  const parsed = parseAmount(number, asset);
  return parsed.ok ? ok({ asset: asset.code, amount: parsed.value }) : parsed;
}

/** `500n` of a two-decimal asset → `"5.00"`. */
export function formatAmount(value: bigint, asset: Asset): string {
  const digits = (value < 0n ? -value : value).toString().padStart(asset.decimals + 1, "0");
  const whole = digits.slice(0, digits.length - asset.decimals);
  const fraction = digits.slice(digits.length - asset.decimals);
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `{ asset: "AMI", amount: 500n }` → `"5.00 AMI"`. */
export function formatMoney(
  money: { readonly asset: AssetCode; readonly amount: bigint },
  assets: readonly Asset[],
): string {
  const asset = assets.find((candidate) => candidate.code === money.asset);
  return asset === undefined ? `${money.amount} ${money.asset}` : `${formatAmount(money.amount, asset)} ${asset.code}`;
}
