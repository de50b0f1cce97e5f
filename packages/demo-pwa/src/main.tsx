/** The page: starts the worker, draws what it knows so far, and registers the service worker when there is time. */
import "./ui/styles.ts";
import { render } from "preact";
import { watchForUpdates } from "./app/app-update.ts";
import { App } from "./app/app.tsx";
import { createApp } from "./app/create-app.ts";
import { lockWhenLeft } from "./app/lock-when-left.ts";
import { speakPreferred } from "./app/preferred-language.ts";
import { walletNameOf } from "./wallet/device-name.ts";
import { createWalletClient } from "./wallet/wallet-client.ts";

const client = createWalletClient(walletNameOf(location.search));
// The worker starts meanwhile. English is here already; another language is a file of a few kilobytes.
await speakPreferred();
const app = createApp(client, window);
lockWhenLeft(client, document);
render(
  <App app={app} update={watchForUpdates(navigator.serviceWorker)} />,
  document.querySelector("#app") as HTMLElement,
);
