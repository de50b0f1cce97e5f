/** The worker: everything that signs, verifies, merges and stores, so that the page never waits for any of it. */
import { initializeWasm } from "@automerge/automerge/slim";
import automergeWasmUrl from "@automerge/automerge/automerge.wasm?url";
import { createPageLink } from "../nearby/page-connections.ts";
import type { Calls } from "../rpc/messages.ts";
import { serveCalls } from "../rpc/serve-calls.ts";
import type { WalletCalls } from "../wallet/wallet-calls.ts";
import type { WalletState } from "../wallet/wallet-state.ts";
import { toTypedError } from "./typed-error.ts";
import { WalletHost } from "./wallet-host.ts";

let automerge: Promise<void> | undefined;

const host = new WalletHost({
  publish: (state) => publish(state),
  // A failed load is tried again at the next start.
  loadAutomerge: () =>
    (automerge ??= initializeWasm(automergeWasmUrl).catch((error: unknown) => {
      automerge = undefined;
      throw error;
    })),
  location: self.location,
  pageLink: createPageLink(self),
});

const publish = serveCalls<WalletCalls & Calls, WalletState>({
  port: self,
  calls: host.calls as WalletCalls & Calls,
  toTypedError,
});

self.addEventListener("online", () => void host.noticeOnline());
