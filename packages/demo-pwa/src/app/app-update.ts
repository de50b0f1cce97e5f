/**
 * The service worker from the page's side: registers it, notices a new version that waits, and applies it when a person
 * says so and no payment is being signed.
 */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { isPaymentInFlight } from "./payment-in-flight.ts";

export interface AppUpdate {
  readonly isReady: ReadonlySignal<boolean>;
  /** Switches to the new version and loads the page again, once nothing is being signed. */
  readonly apply: () => void;
}

export function watchForUpdates(container: ServiceWorkerContainer | undefined): AppUpdate {
  const isReady = signal(false);
  let waiting: ServiceWorker | undefined;
  let isApplying = false;

  const offer = (worker: ServiceWorker | null): void => {
    // The very first worker takes over nothing: only a second one is an update.
    if (worker === null || container?.controller === null) return;
    waiting = worker;
    isReady.value = true;
  };

  const watch = (registration: ServiceWorkerRegistration): void => {
    offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const { installing } = registration;
      installing?.addEventListener("statechange", () => {
        if (installing.state === "installed") offer(registration.waiting);
      });
    });
  };

  // Without a service worker (an old browser, a private window) the app works, but needs the network to load.
  container?.register("/service-worker.js").then(watch, () => undefined);
  container?.addEventListener("controllerchange", () => {
    if (isApplying) location.reload();
  });

  return {
    isReady,
    apply: () => {
      isApplying = true;
      const stop = effect(() => {
        if (isPaymentInFlight.value) return;
        waiting?.postMessage("activate");
        queueMicrotask(() => stop());
      });
    },
  };
}
