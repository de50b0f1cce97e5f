/** Puts together what screens reach, from the browser's own parts and a wallet client. */
import { signal } from "@preact/signals";
import { suggestDeviceName, walletNameOf } from "../wallet/device-name.ts";
import type { WalletClient } from "../wallet/wallet-client.ts";
import type { AppContext } from "./app-context.ts";
import { watchInstall } from "./install.ts";
import { askPasskey, createPasskey, mayHavePasskey } from "./passkey.ts";
import { createRouter } from "./route.ts";

const MINUTE_MS = 60_000;

export function createApp(client: WalletClient, window: Window): AppContext {
  const { location, navigator } = window;
  const now = signal(Date.now());
  setInterval(() => (now.value = Date.now()), MINUTE_MS);
  return {
    client,
    now,
    router: createRouter(window),
    suggestedDevice: suggestDeviceName({
      hostname: location.hostname,
      userAgent: navigator.userAgent,
      walletName: walletNameOf(location.search),
    }),
    passkeys: { mayWork: mayHavePasskey, create: createPasskey, ask: askPasskey },
    install: watchInstall(window),
    storage: {
      report: async () => {
        const [isPersistent, estimate] = await Promise.all([
          navigator.storage?.persisted(),
          navigator.storage?.estimate(),
        ]);
        return {
          isPersistent: isPersistent ?? false,
          ...(estimate?.usage === undefined ? {} : { used: estimate.usage }),
          ...(estimate?.quota === undefined ? {} : { quota: estimate.quota }),
        };
      },
      persist: async () => (await navigator.storage?.persist()) ?? false,
    },
  };
}
