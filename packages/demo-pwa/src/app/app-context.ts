/** What every screen reaches: the wallet, the router, and what time it is. Given once, at the top; tests give their own. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ReadonlySignal } from "@preact/signals";
import type { NewPasskey, PasskeyAsked } from "../wallet/lock.ts";
import type { WalletClient } from "../wallet/wallet-client.ts";
import type { Install } from "./install.ts";
import type { Router } from "./route.ts";

export interface AppContext {
  readonly client: WalletClient;
  readonly router: Router;
  /** The present, in milliseconds; moves on once a minute, so that "in 9 hours" stays true. */
  readonly now: ReadonlySignal<number>;
  /** What to call this device, until its owner says otherwise. */
  readonly suggestedDevice: string;
  readonly storage: StorageKeeper;
  readonly install: Install;
  readonly passkeys: Passkeys;
}

/** The passkeys of this browser. What rejects carries a `PasskeyProblem`. */
export interface Passkeys {
  readonly mayWork: () => Promise<boolean>;
  readonly create: (device: string) => Promise<NewPasskey>;
  readonly ask: (asked: PasskeyAsked) => Promise<Uint8Array>;
}

/** Whether the browser promises to keep what this page stores. */
export interface StorageKeeper {
  readonly report: () => Promise<StorageReport>;
  /** Asks for the promise; the browser decides. */
  readonly persist: () => Promise<boolean>;
}

export interface StorageReport {
  readonly isPersistent: boolean;
  /** Bytes, as far as the browser tells: it rounds, so that pages learn little. */
  readonly used?: number;
  readonly quota?: number;
}

export const AppContextProvider = createContext<AppContext | undefined>(undefined);

export function useApp(): AppContext {
  const app = useContext(AppContextProvider);
  if (app === undefined) throw new TypeError("A screen is outside the app.");
  return app;
}
