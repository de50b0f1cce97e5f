/**
 * Payment requests: what a payee shows and a payer scans, `amigos:pay?to=…&asset=…&amount=…&network=…` (spec [REQ1]).
 * A request asks, it does not bind: the payer's wallet shows it and the payer decides.
 */
import { assert } from "../assert.ts";
import { isAmount, isAssetCode, type Amount, type AssetCode } from "../amount.ts";
import { REQUEST_ID_BYTES } from "../entry/operation.ts";
import type { AccountId, NetworkTag, RequestId } from "../ids.ts";
import { isPlainText } from "../encoding/plain-text.ts";
import { MEMO_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { accountToText, textToAccount, type TextError } from "../text.ts";

export interface PaymentRequest {
  readonly network: NetworkTag;
  readonly to: AccountId;
  readonly asset: AssetCode;
  /** Left out when the payer chooses. */
  readonly amount?: Amount;
  readonly memo?: string;
  /** Chosen by the payee: a payment that answers the request names it. */
  readonly request?: RequestId;
}

export type PaymentRequestError =
  | TextError
  | { readonly type: "not-a-request" }
  | { readonly type: "request-field-invalid"; readonly field: string }
  | { readonly type: "wrong-network"; readonly expected: string; readonly found: string };

const SCHEME = "amigos:pay?";
/** An account, an amount and a memo with every byte escaped fit three times over. */
const REQUEST_LENGTH_MAX = 2048;
const REQUEST_ID = new RegExp(`^[0-9a-f]{${2 * REQUEST_ID_BYTES}}$`);
/** Above zero, without leading zeros: an amount has one spelling. */
const WHOLE_NUMBER = /^[1-9]\d{0,18}$/;

/** Asserts that the request is one that `textToPaymentRequest` accepts. */
export function paymentRequestToText(paymentRequest: PaymentRequest): string {
  const { amount, memo, request } = paymentRequest;
  assert(amount === undefined || (isAmount(amount) && amount > 0n), "a request asks for an amount above zero");
  assert(request === undefined || REQUEST_ID.test(request), "a request's id is 32 lower-case hex digits");
  assert(memo === undefined || isPlainText(memo, MEMO_BYTES_MAX), "a memo is plain text within its bound");
  const fields: (readonly [string, string])[] = [
    ["to", accountToText(paymentRequest.to)],
    ["asset", paymentRequest.asset],
    ["network", paymentRequest.network],
  ];
  if (amount !== undefined) fields.push(["amount", amount.toString()]);
  if (memo !== undefined) fields.push(["memo", memo]);
  if (request !== undefined) fields.push(["request", request]);
  return SCHEME + fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

export function isPaymentRequestText(text: string): boolean {
  return text.trim().slice(0, SCHEME.length).toLowerCase() === SCHEME;
}

/** Reads a request for `network`. Unknown fields are refused: what cannot be shown is not paid. */
export function textToPaymentRequest(text: string, network: NetworkTag): Result<PaymentRequest, PaymentRequestError> {
  const trimmed = text.trim();
  if (trimmed.length > REQUEST_LENGTH_MAX || !isPaymentRequestText(trimmed)) return err({ type: "not-a-request" });
  const fields = readFields(trimmed.slice(SCHEME.length));
  if (!fields.ok) return fields;
  const { to, asset, amount: amountText, memo, request, network: found, ...unknown } = fields.value;
  if (found === undefined) return err({ type: "request-field-invalid", field: "network" });
  if (found !== network) return err({ type: "wrong-network", expected: network, found });
  const [unknownField] = Object.keys(unknown);
  if (unknownField !== undefined) return err({ type: "request-field-invalid", field: unknownField });
  const account = textToAccount(to ?? "");
  if (!account.ok) return account;
  if (asset === undefined || !isAssetCode(asset)) return err({ type: "request-field-invalid", field: "asset" });
  if (memo !== undefined && !isPlainText(memo, MEMO_BYTES_MAX))
    return err({ type: "request-field-invalid", field: "memo" });
  if (request !== undefined && !REQUEST_ID.test(request))
    return err({ type: "request-field-invalid", field: "request" });
  const amount = readAmount(amountText);
  if (!amount.ok) return amount;
  return ok({
    network,
    to: account.value,
    asset,
    ...(amount.value === undefined ? {} : { amount: amount.value }),
    ...(memo === undefined ? {} : { memo }),
    ...(request === undefined ? {} : { request: request as RequestId }),
  });
}

function readFields(query: string): Result<Record<string, string | undefined>, PaymentRequestError> {
  const fields: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  for (const pair of query.split("&")) {
    const [name = "", value = "", ...rest] = pair.split("=");
    if (rest.length > 0 || name in fields) return err({ type: "request-field-invalid", field: name });
    try {
      fields[name] = decodeURIComponent(value);
    } catch {
      return err({ type: "request-field-invalid", field: name });
    }
  }
  return ok(fields);
}

function readAmount(text: string | undefined): Result<Amount | undefined, PaymentRequestError> {
  if (text === undefined) return ok(undefined);
  if (!WHOLE_NUMBER.test(text)) return err({ type: "request-field-invalid", field: "amount" });
  const value = BigInt(text);
  return isAmount(value) ? ok(value) : err({ type: "request-field-invalid", field: "amount" });
}
