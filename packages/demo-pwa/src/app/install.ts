/** Whether the app is installed, and asking to install it where the browser lets a page ask. */
import { signal, type ReadonlySignal } from "@preact/signals";

export interface Install {
  readonly isInstalled: ReadonlySignal<boolean>;
  /** Whether the browser lets this page ask. */
  readonly mayAsk: ReadonlySignal<boolean>;
  /** Resolves with what the person chose. */
  readonly ask: () => Promise<boolean>;
}

/** Chromium's event; other browsers have their own menus. */
interface InstallPrompt extends Event {
  readonly prompt: () => Promise<{ readonly outcome: "accepted" | "dismissed" }>;
}

export function watchInstall(window: Window): Install {
  // iOS says it in a word of its own.
  const isStandalone =
    window.matchMedia("(display-mode: standalone)").matches ||
    ("standalone" in window.navigator && window.navigator.standalone === true);
  const isInstalled = signal(isStandalone);
  const mayAsk = signal(false);
  let prompt: InstallPrompt | undefined;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event as InstallPrompt;
    mayAsk.value = true;
  });
  window.addEventListener("appinstalled", () => {
    isInstalled.value = true;
    mayAsk.value = false;
  });
  return {
    isInstalled,
    mayAsk,
    ask: async () => {
      const asked = prompt;
      // A prompt is good for one time.
      prompt = undefined;
      mayAsk.value = false;
      return (await asked?.prompt())?.outcome === "accepted";
    },
  };
}
