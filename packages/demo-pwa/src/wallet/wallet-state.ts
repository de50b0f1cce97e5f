/** What the page knows of its wallet at any moment: one state, sent whole by the worker whenever it changed. */
import type { WalletView } from "@amigos/engine";
import type { BackupState } from "./backup.ts";
import type { Contact } from "./contacts.ts";
import type { JoiningState } from "./joining.ts";
import type { LockState } from "./lock.ts";
import type { AppError } from "./app-error.ts";
import type { RecoveringState } from "./recovering.ts";

export type WalletState =
  /** The worker loads, or opens the store. */
  | { readonly type: "starting" }
  /** There is no wallet in this store yet. */
  | { readonly type: "empty" }
  /** Its keys are locked: nothing is signed, sent or shown. */
  | { readonly type: "locked"; readonly lock: LockState }
  | JoiningState
  | RecoveringState
  | OpenWalletState
  /** Another tab writes to this store. One writer at a time, or one sequence could be signed twice. */
  | { readonly type: "busy" }
  /** Another tab took this wallet over. */
  | { readonly type: "handed-over" }
  /** Nobody has told this device yet which network it is on, and the hub that would is out of reach. */
  | { readonly type: "network-unknown" }
  | { readonly type: "failed"; readonly error: AppError };

export interface OpenWalletState {
  readonly type: "open";
  readonly view: WalletView;
  readonly funding: Funding;
  /** What it will be opened with the next time. Empty: nothing. */
  readonly lock: LockState;
  readonly contacts: readonly Contact[];
  /** Left out where this device does not hold the account's own key. */
  readonly backup?: BackupState | undefined;
  /** Guardians gave this device the account's key: no words stand for it. */
  readonly wasRecovered?: boolean;
  /** How the wallet's network decides conflicts: its genesis names it. */
  readonly policy: string;
  /** How long what is taken back from behind a witness is held up, in milliseconds. */
  readonly unbondingMs: number;
  /** The hub at this address serves another network than this wallet's: it was set up anew. */
  readonly otherNetwork?: { readonly name: string } | undefined;
}

/** How far the first money is: the demo's faucet gives some to every new account, once. */
export type Funding =
  | { readonly type: "none" }
  | { readonly type: "asking" }
  /** Asks again by itself when the hub is in reach. */
  | { readonly type: "waiting" }
  | { readonly type: "granted" }
  | { readonly type: "refused"; readonly reason: string };
