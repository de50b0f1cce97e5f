/** Everything that can go wrong in front of a person, as typed data. `texts/error-sentences.ts` has a sentence for each. */
import type { AmountError, PaymentRequestError } from "@amigos/core";
import type { BackupError, PhraseError } from "@amigos/core/backup";
import type { WebRtcProblem } from "@amigos/adapters/link-webrtc";
import type { JournalError, KeyVaultError, StoreError, WalletErrorDetail } from "@amigos/engine";

export type AppError =
  | WalletErrorDetail
  | JournalError
  | { readonly type: StoreError["type"] }
  | { readonly type: KeyVaultError["type"] }
  | InputError
  | ScanError
  | LockProblem
  | PasskeyProblem
  | BackupProblem
  | WebRtcProblem
  | { readonly type: "engine-not-loaded" }
  | { readonly type: "device-name-invalid" }
  | { readonly type: "call-unknown" }
  | { readonly type: "unexpected"; readonly message: string };

/** Why a wallet stayed locked. */
export type LockProblem =
  | { readonly type: "pin-wrong" }
  | { readonly type: "pin-too-soon"; readonly notBefore: number }
  | { readonly type: "passkey-wrong" };

/** Why words or a file do not bring an account back. */
export type BackupProblem =
  | { readonly type: "words-refused"; readonly error: PhraseError }
  | { readonly type: "words-of-another-account" }
  /** They were proven before, and this device has forgotten them. */
  | { readonly type: "words-forgotten" }
  | { readonly type: "backup-refused"; readonly error: BackupError };

export type PasskeyProblem = {
  /** Given up or timed out; it makes no key; or the browser cannot. */
  readonly type: "passkey-cancelled" | "passkey-makes-no-key" | "passkey-failed";
};

/** What a pasted or scanned text can be, other than what was wanted. */
export type InputError =
  | PaymentRequestError
  | AmountError
  | { readonly type: "input-empty" }
  | { readonly type: "input-too-long"; readonly length: number; readonly lengthMax: number }
  /** A payment where a request belongs, and the other way round. */
  | { readonly type: "input-is-payment" }
  | { readonly type: "input-is-request" }
  | { readonly type: "input-not-recognised" }
  | { readonly type: "amount-zero" }
  | { readonly type: "payee-is-self" };

export type ScanError =
  /** Several codes that do not make the payment which each of them named. */
  | { readonly type: "message-damaged" }
  | { readonly type: "camera-missing" }
  | { readonly type: "camera-denied" }
  | { readonly type: "camera-failed" };

/** The typed error inside whatever was thrown on the page. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof Error && "detail" in thrown) return thrown.detail as AppError;
  return { type: "unexpected", message: thrown instanceof Error ? thrown.message : String(thrown) };
}
