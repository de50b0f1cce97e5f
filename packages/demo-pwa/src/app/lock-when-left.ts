/** Locks the wallet when its page was out of sight for a while. What is being signed is finished first. */
import { effect } from "@preact/signals";
import type { WalletClient } from "../wallet/wallet-client.ts";
import { isPaymentInFlight } from "./payment-in-flight.ts";

/** Long enough to copy something in another app. */
const LEFT_MS = 60_000;

export function lockWhenLeft({ calls }: WalletClient, document: Document): void {
  let leftAt: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lock = (): void => {
    leftAt = undefined;
    const stop = effect(() => {
      if (isPaymentInFlight.value) return;
      void calls.lock(undefined);
      queueMicrotask(() => stop());
    });
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") {
      leftAt = Date.now();
      timer = setTimeout(lock, LEFT_MS);
      return;
    }
    // Timers of a page that is out of sight may be held up, and stand still while a phone sleeps.
    if (leftAt !== undefined && Date.now() - leftAt >= LEFT_MS) lock();
    leftAt = undefined;
  });
}
