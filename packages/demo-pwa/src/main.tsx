/**
 * The page: starts the worker, draws what it knows so far, and registers the service worker when there is time. The demo is a page
 * beside it that nobody pays for who does not open it.
 */
import "./ui/styles.ts";
import { render } from "preact";
import { watchForUpdates } from "./app/app-update.ts";
import { App } from "./app/app.tsx";
import { createApp } from "./app/create-app.ts";
import { lockWhenLeft } from "./app/lock-when-left.ts";
import { speakPreferred } from "./app/preferred-language.ts";
import { walletNameOf } from "./wallet/device-name.ts";
import { createWalletClient } from "./wallet/wallet-client.ts";

// Not awaited here: what is loaded later needs parts of this file, and would wait for its end.
if (/^\/demo\/?$/.test(location.pathname)) void import("./demo/main.tsx");
else void startWallet();

async function startWallet(): Promise<void> {
  const client = createWalletClient(walletNameOf(location.search));
  // The worker starts meanwhile. English is here already; another language is a file of a few kilobytes.
  await speakPreferred();
  const app = createApp(client, window);
  lockWhenLeft(client, document);
  render(
    <App app={app} update={watchForUpdates(navigator.serviceWorker)} />,
    document.querySelector("#app") as HTMLElement,
  );
}
