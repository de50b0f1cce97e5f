/**
 * Whatever a person pastes or a camera reads, told apart before it goes anywhere: a request, a bare account, a payment
 * handed over, or none of these. Bounds the length first, so that a pasted novel costs nothing.
 */
import {
  err,
  isBundleText,
  isPaymentRequestText,
  isReceiptText,
  limits,
  ok,
  textToAccount,
  textToPaymentRequest,
  type AccountId,
  type Amount,
  type AssetCode,
  type Result,
} from "@amigos/core";
import { isFrameText } from "@amigos/adapters/bundle-frames";
import type { WalletView } from "@amigos/engine";
import { isCarriedText } from "@amigos/reconcile";
import type { InputError } from "./app-error.ts";

/** Whom to pay, and what for as far as the request says. */
export interface PayTarget {
  readonly to: AccountId;
  readonly asset?: AssetCode;
  readonly amount?: Amount;
  readonly memo?: string;
}

/** The longest text that can be a bundle: base32 writes 8 characters for 5 bytes. */
const TEXT_LENGTH_MAX = Math.ceil((limits.BUNDLE_BYTES_MAX * 8) / 5) + 16;

/** Who would pay: what a request is held against. */
export type Payer = Pick<WalletView, "account" | "network" | "balances">;

/** What somebody showed who wants to be paid: a request or an account. */
export function readPayTarget(text: string, payer: Payer): Result<PayTarget, InputError> {
  const bounded = boundText(text);
  if (!bounded.ok) return bounded;
  const target = readTarget(bounded.value, payer);
  if (!target.ok) return target;
  const { to, asset } = target.value;
  if (to === payer.account) return err({ type: "payee-is-self" });
  if (asset !== undefined && !payer.balances.some((balance) => balance.asset === asset)) {
    return err({ type: "asset-unknown", text: asset });
  }
  return target;
}

function readTarget(text: string, { network }: Payer): Result<PayTarget, InputError> {
  if (isBundleText(text) || isFrameText(text)) return err({ type: "input-is-payment" });
  if (isPaymentRequestText(text)) return textToPaymentRequest(text, network.tag);
  if (!/^amigo[a-z]*1/i.test(text)) return err({ type: "input-not-recognised" });
  const account = textToAccount(text);
  return account.ok ? ok({ to: account.value }) : account;
}

/** An account alone. */
export function readAccount(text: string): Result<AccountId, InputError> {
  const bounded = boundText(text);
  if (!bounded.ok) return bounded;
  return /^amigo[a-z]*1/i.test(bounded.value) ? textToAccount(bounded.value) : err({ type: "input-not-recognised" });
}

/** What somebody showed who has paid, or was paid: a bundle, a carried payment or a receipt, still as text. The engine checks what is in it. */
export function readHandover(text: string): Result<string, InputError> {
  const bounded = boundText(text);
  if (!bounded.ok) return bounded;
  if (isBundleText(bounded.value) || isReceiptText(bounded.value) || isCarriedText(bounded.value)) return bounded;
  const isAsking = isPaymentRequestText(bounded.value) || textToAccount(bounded.value).ok;
  return err({ type: isAsking ? "input-is-request" : "input-not-recognised" });
}

function boundText(text: string): Result<string, InputError> {
  if (text.length > TEXT_LENGTH_MAX)
    return err({ type: "input-too-long", length: text.length, lengthMax: TEXT_LENGTH_MAX });
  const trimmed = text.trim();
  return trimmed === "" ? err({ type: "input-empty" }) : ok(trimmed);
}
