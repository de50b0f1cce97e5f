/** The page: starts the worker, draws what it knows so far, and registers the service worker when there is time. */
import "./ui/styles.ts";
import { render } from "preact";
import { watchForUpdates } from "./app/app-update.ts";
import { App } from "./app/app.tsx";
import { createApp } from "./app/create-app.ts";
import { walletNameOf } from "./wallet/device-name.ts";
import { createWalletClient } from "./wallet/wallet-client.ts";

const client = createWalletClient(walletNameOf(location.search));
const app = createApp(client, window);
render(
  <App app={app} update={watchForUpdates(navigator.serviceWorker)} />,
  document.querySelector("#app") as HTMLElement,
);
