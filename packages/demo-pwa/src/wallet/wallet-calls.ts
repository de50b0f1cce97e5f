/** What the page may ask of the worker. Each call rejects with a `CallError` whose detail is an `AppError`. */
import type { AccountId, EntryId, Money } from "@amigos/core";
import type { FloatView, PaymentView, ReceiveReport, SyncReport } from "@amigos/engine";

export interface WalletCalls {
  /** The first call: which of the origin's wallets this page shows. What follows comes as states. */
  start: (input: { readonly wallet: string }) => Promise<void>;
  /** Makes an account and a session on this device, opens the wallet and asks the faucet for money. */
  createWallet: (input: { readonly device: string }) => Promise<void>;
  /** Resolves when the payment is durable on this device. */
  pay: (input: { readonly to: AccountId; readonly money: Money; readonly memo?: string }) => Promise<PaymentView>;
  /** A payment of ours as a bundle, with all its payee needs to check it offline. */
  handover: (input: { readonly payment: EntryId }) => Promise<Uint8Array>;
  /** Both resolve when it is durable on this device. */
  setAside: (input: { readonly money: Money }) => Promise<FloatView>;
  giveBack: (input: { readonly money: Money }) => Promise<FloatView>;
  receive: (input: { readonly text: string }) => Promise<ReceiveReport>;
  sync: (input: undefined) => Promise<SyncReport>;
  /** Takes the wallet over from the tab that has it open. */
  useHere: (input: undefined) => Promise<void>;
  /** Starts again after a failure that may have passed. */
  restart: (input: undefined) => Promise<void>;
  /** Leaves this wallet as it is and goes on with the network that the hub serves now. */
  switchNetwork: (input: undefined) => Promise<void>;
}
