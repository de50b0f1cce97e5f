/** The MessagePort link between threads, and that a port is left as it was found. */
import { MessageChannel, Worker } from "node:worker_threads";
import { createMessagePortLink, type Port } from "@amigos/adapters/link-message-port";
import { expect, test } from "vitest";
import { RecordedLink } from "../src/contract/link-recorder.ts";

const FAST = { heartbeatMs: 1_000, helloMs: 20 };

test("two threads are connected, and one hears that the other was terminated", async () => {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("helpers/echo-port-thread.ts", import.meta.url), {
    workerData: port2,
    transferList: [port2],
    execArgv: ["--conditions=amigos-source"],
  });
  const link = new RecordedLink(createMessagePortLink({ port: port1, ...FAST }));
  await link.start();
  const end = await link.end(0);
  end.connection.send(new Uint8Array(1_000_000).fill(3));
  await end.untilMessages(1);
  expect(end.messages[0]?.length).toBe(1_000_000);
  await worker.terminate();
  expect(await end.untilClosed()).toBe("lost");
  await link.link.stop();
  port1.close();
});

test("a port is the caller's: others may use it beside the link, and it is open when the link has stopped", async () => {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port2.on("message", (value: unknown) => {
    if (typeof value === "string") heard.push(value);
  });
  const links = [port1, port2].map((port) => new RecordedLink(createMessagePortLink({ port, ...FAST })));
  await Promise.all(links.map((link) => link.start()));
  port1.postMessage("before");
  const ends = await Promise.all(links.map((link) => link.end(0)));
  await Promise.all(links.map(({ link }) => link.stop()));
  await Promise.all(ends.map((end) => end.untilClosed()));
  port1.postMessage("after");
  await expect.poll(() => heard).toEqual(["before", "after"]);
  port1.close();
});

test("a stopped link listens no more", async () => {
  const { port1, port2 } = new MessageChannel();
  const listening = new Set<unknown>();
  const watched: Port = {
    postMessage: (value) => port1.postMessage(value),
    addEventListener: (type, listener) => {
      listening.add(listener);
      port1.addEventListener(type, listener);
    },
    removeEventListener: (type, listener) => {
      listening.delete(listener);
      port1.removeEventListener(type, listener);
    },
    start: () => port1.start(),
  };
  const links = [watched, port2].map((port) => new RecordedLink(createMessagePortLink({ port, ...FAST })));
  const [link, other] = links as [RecordedLink, RecordedLink];
  await Promise.all(links.map((each) => each.start()));
  const [end] = await Promise.all([link.end(0), other.end(0)]);
  expect(listening.size).toBe(2);
  await link.link.stop();
  await end.untilClosed();
  await expect.poll(() => listening.size).toBe(0);
  await link.start();
  await link.end(1);
  await Promise.all(links.map((each) => each.link.stop()));
  port1.close();
});
