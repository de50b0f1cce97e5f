/** The wallet as the screens see it: a state that changes by itself, and calls. The engine behind it lives in a worker. */
import { signal, type ReadonlySignal } from "@preact/signals";
import { connectCalls } from "../rpc/connect-calls.ts";
import type { Calls } from "../rpc/messages.ts";
import { createNearby, type Nearby } from "../nearby/nearby.ts";
import { setContactNames } from "./contacts.ts";
import type { WalletCalls } from "./wallet-calls.ts";
import type { WalletState } from "./wallet-state.ts";

export interface WalletClient {
  readonly state: ReadonlySignal<WalletState>;
  readonly calls: WalletCalls;
  readonly nearby: Nearby;
}

/** Starts the worker. The page does not wait for it: until it has spoken, the state is `starting`. */
export function createWalletClient(walletName: string): WalletClient {
  const state = signal<WalletState>({ type: "starting" });
  const worker = new Worker(new URL("../worker/wallet-worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("error", () => {
    // Only a worker that never came up leaves the page without a word; a defect later on rejects the call that met it.
    if (state.peek().type === "starting") state.value = { type: "failed", error: { type: "engine-not-loaded" } };
  });
  const calls = connectCalls<WalletCalls & Calls, WalletState>({
    port: worker,
    onEvent: (next) => {
      if (next.type === "open") setContactNames(next.contacts);
      state.value = next;
    },
  });
  void calls.start({ wallet: walletName });
  return { state, calls, nearby: createNearby(worker) };
}
