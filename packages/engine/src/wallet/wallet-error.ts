/** What the wallet rejects with. `type` and `detail` are stable data; `message` is one plain English sentence for logs. */
import type { BundleError, PaymentRequestError, AmountError } from "@amigos/core";
import type { Failure } from "@amigos/reconcile";

export type WalletErrorDetail =
  /** A rule would not accept the payment, so it was not signed. */
  | { readonly type: "payment-refused"; readonly failure: Failure }
  | { readonly type: "amount-invalid"; readonly error: AmountError }
  | { readonly type: "request-invalid"; readonly error: PaymentRequestError }
  /** What arrived by hand is not a bundle of this network, or not authentic. Nothing was kept. */
  | { readonly type: "handover-refused"; readonly error: HandoverError }
  | { readonly type: "payment-unknown" }
  /** The store holds no session and none was given. */
  | { readonly type: "session-missing" }
  /** The store belongs to another session or another network. */
  | { readonly type: "store-of-another"; readonly expected: string; readonly found: string }
  /** Too many unsettled payments: sync first. */
  | { readonly type: "too-many-unsettled"; readonly unsettledMax: number }
  /** Another device signs with this session's key: seen before signing, so nothing was signed. */
  | { readonly type: "session-forked" }
  | { readonly type: "wallet-closed" };

export type HandoverError =
  | BundleError
  | { readonly type: "signature-invalid" }
  | { readonly type: "key-refused" }
  | { readonly type: "wrong-account" }
  /** An entry in it belongs to a session that nothing in it, and nothing known, vouches for. */
  | { readonly type: "session-unknown" };

export class WalletError extends Error {
  override readonly name = "WalletError";
  readonly detail: WalletErrorDetail;
  constructor(detail: WalletErrorDetail, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.detail = detail;
  }
}
