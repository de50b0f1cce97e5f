/** The real screens on a scripted wallet, for looking at states that take long to reach. Never part of the build. */
import "../../src/ui/styles.ts";
import { signal } from "@preact/signals";
import { render } from "preact";
import { App } from "../../src/app/app.tsx";
import { chooseLanguage } from "../../src/app/preferred-language.ts";
import { createApp } from "../../src/app/create-app.ts";
import { languageFor } from "../../src/texts/index.ts";
import { createFakeClient } from "./fake-client.ts";

const search = new URLSearchParams(location.search);
const scene = search.get("scene") ?? "empty";
await chooseLanguage(languageFor(search.get("language"), []));
const app = createApp(createFakeClient(scene), window);
render(
  <App app={app} update={{ isReady: signal(scene === "update"), apply: () => undefined }} />,
  document.querySelector("#app") as HTMLElement,
);
