import { expect, test } from "vitest";
import type { CloseReason, Connection, ConnectionHandlers } from "@amigos/engine";
import { createPageLink, handOver, type Arrivals } from "./page-connections.ts";

/** A connection as a link on the page has it, and what was said on it. */
class PageConnection implements Connection {
  readonly description = "WebRTC";
  readonly sent: Uint8Array[] = [];
  readonly closed = Promise.withResolvers<CloseReason>();
  handlers: ConnectionHandlers | undefined;
  start(handlers: ConnectionHandlers): void {
    this.handlers = handlers;
  }
  send(message: Uint8Array): void {
    this.sent.push(message);
  }
  close(reason: CloseReason): void {
    this.closed.resolve(reason);
    this.handlers?.onClose(reason);
  }
}

/** A worker that a page can post to: what arrives there is heard at once. */
function createWorker(): { readonly arrivals: Arrivals; readonly worker: Pick<Worker, "postMessage"> } {
  let hear: ((event: MessageEvent<unknown>) => void) | undefined;
  return {
    arrivals: { addEventListener: (_type, listener) => (hear = listener) },
    worker: {
      postMessage: (data: unknown, ports?: unknown) => hear?.({ data, ports } as MessageEvent<unknown>),
    },
  };
}

test("what the page connects is a connection of the worker's: both ways, in order, to its end", async () => {
  const { arrivals, worker } = createWorker();
  const link = createPageLink(arrivals);
  const { promise: connected, resolve } = Promise.withResolvers<Connection>();
  await link.start(resolve);
  const page = new PageConnection();
  handOver(page, worker);
  // Before the engine takes it: nothing may be lost.
  page.handlers?.onMessage(Uint8Array.of(1));
  const connection = await connected;
  const heard: number[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<CloseReason>();
  const { promise: both, resolve: heardBoth } = Promise.withResolvers<void>();
  connection.start({
    onMessage: (message) => {
      heard.push(...message);
      if (heard.length === 2) heardBoth();
    },
    onClose: end,
  });
  page.handlers?.onMessage(Uint8Array.of(2));
  connection.send(Uint8Array.of(7));
  await both;
  expect(heard).toEqual([1, 2]);
  page.handlers?.onClose("lost");
  expect(await ended).toBe("lost");
  expect(page.sent).toEqual([Uint8Array.of(7)]);
});

test("a wallet that closes hangs up, and with none open whoever connects is sent away", async () => {
  const { arrivals, worker } = createWorker();
  const link = createPageLink(arrivals);
  const early = new PageConnection();
  handOver(early, worker);
  expect(await early.closed.promise).toBe("closed-here");
  const { promise: connected, resolve } = Promise.withResolvers<Connection>();
  await link.start(resolve);
  const page = new PageConnection();
  handOver(page, worker);
  await connected;
  await link.stop();
  expect(await page.closed.promise).toBe("closed-here");
});
