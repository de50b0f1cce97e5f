import { expect, test, vi } from "vitest";
import { watchForUpdates } from "./app-update.ts";
import { whilePaying } from "./payment-in-flight.ts";

/** A page whose service worker has a new version waiting. */
function setup(options: { readonly isControlled: boolean }) {
  const waiting = { postMessage: vi.fn<(message: unknown) => void>() };
  const registration = { waiting, addEventListener: () => undefined };
  const container = {
    controller: options.isControlled ? {} : null,
    register: async () => registration,
    addEventListener: () => undefined,
  };
  return { waiting, update: watchForUpdates(container as unknown as ServiceWorkerContainer) };
}

test("a waiting version is offered, and applied only when told", async () => {
  const { waiting, update } = setup({ isControlled: true });
  await vi.waitFor(() => expect(update.isReady.value).toBe(true));
  expect(waiting.postMessage).not.toHaveBeenCalled();
  update.apply();
  expect(waiting.postMessage).toHaveBeenCalledExactlyOnceWith("activate");
});

test("an update waits until the payment under way is signed", async () => {
  const { waiting, update } = setup({ isControlled: true });
  await vi.waitFor(() => expect(update.isReady.value).toBe(true));
  const signing = Promise.withResolvers<undefined>();
  const paid = whilePaying(() => signing.promise);
  update.apply();
  expect(waiting.postMessage).not.toHaveBeenCalled();
  signing.resolve(undefined);
  await paid;
  expect(waiting.postMessage).toHaveBeenCalledExactlyOnceWith("activate");
});

test("the first version ever is no update", async () => {
  const { update } = setup({ isControlled: false });
  await Promise.resolve();
  await Promise.resolve();
  expect(update.isReady.value).toBe(false);
});

test("a browser without service workers has no updates", () => {
  expect(watchForUpdates(undefined).isReady.value).toBe(false);
});
