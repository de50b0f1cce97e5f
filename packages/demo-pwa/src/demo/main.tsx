/** The page `/demo`: starts its worker, tells the story that its address names, and draws what the worker says of the world. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { watchForUpdates } from "../app/app-update.ts";
import { speakPreferred } from "../app/preferred-language.ts";
import { connectCalls } from "../rpc/connect-calls.ts";
import type { Calls } from "../rpc/messages.ts";
import { language, locale } from "../texts/index.ts";
import { setContactNames } from "../wallet/contacts.ts";
import type { DemoCalls } from "./demo-calls.ts";
import { Player } from "./player.ts";
import { DemoPage } from "./screen/demo-page.tsx";
import { addressOf, addressToSearch } from "./stories/index.ts";
import { demo, loadDemoTexts } from "./texts.ts";
import type { WorldView } from "./world/world-view.ts";

/** Long enough to read a sentence twice and to look at the phones. */
const READING_MS = 6_000;

const world = signal<WorldView | undefined>(undefined);
const hasFailed = signal(false);
const worker = new Worker(new URL("./demo-worker.ts", import.meta.url), { type: "module" });
worker.addEventListener("error", () => (hasFailed.value = true));
const calls = connectCalls<DemoCalls & Calls, WorldView>({
  port: worker,
  onEvent: (view) => (world.value = view),
});

const player = new Player(
  {
    calls,
    afterReading: (action) => {
      const timer = setTimeout(action, READING_MS);
      return () => clearTimeout(timer);
    },
    onAddress: (address) => history.replaceState(null, "", `${location.pathname}${addressToSearch(address)}`),
  },
  addressOf(location.search),
);
void player.begin();

await speakPreferred();
await loadDemoTexts(locale);
effect(() => {
  // People are called otherwise in another language, whether or not anything happens then.
  void language.value;
  if (world.value !== undefined) nameEverybody(world.value);
});
const root = document.querySelector("#app") as HTMLElement;
root.replaceChildren();
render(
  <DemoPage player={player} world={world} hasFailed={hasFailed} update={watchForUpdates(navigator.serviceWorker)} />,
  root,
);

function nameEverybody({ phones }: WorldView): void {
  setContactNames(
    phones.flatMap(({ id, view }) => (id === "copy" ? [] : [{ account: view.account, name: demo.names[id] }])),
  );
}
