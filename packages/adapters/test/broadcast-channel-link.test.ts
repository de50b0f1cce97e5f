/** The BroadcastChannel link between threads, and what a heartbeat is for. */
import { Worker } from "node:worker_threads";
import {
  createBroadcastChannelLink,
  type BroadcastChannelOptions,
  type Channel,
} from "@amigos/adapters/link-broadcast-channel";
import { expect, onTestFinished, test, vi } from "vitest";
import { RecordedLink } from "../src/contract/link-recorder.ts";
import { createManualClock } from "./helpers/manual-clock.ts";

test("two threads are connected, and one hears that the other was terminated", async () => {
  const channel = crypto.randomUUID();
  const worker = new Worker(new URL("helpers/echo-thread.ts", import.meta.url), {
    workerData: channel,
    execArgv: ["--conditions=amigos-source"],
  });
  const link = start(channel, { heartbeatMs: 100 });
  const end = await link.end(0);
  end.connection.send(new Uint8Array(1_000_000).fill(3));
  await end.untilMessages(1);
  expect(end.messages[0]?.length).toBe(1_000_000);
  await worker.terminate();
  expect(await end.untilClosed()).toBe("lost");
});

test("a quiet connection outlives many heartbeats", async () => {
  const clock = createManualClock();
  const answers = { count: 0 };
  const options = { clock, heartbeatMs: 1_000, createChannel: (name: string) => countAnswers(name, answers) };
  const channel = crypto.randomUUID();
  const [alice, bob] = [start(channel, options), start(channel, options)];
  const ends = await Promise.all([alice.end(0), bob.end(0)]);
  for (let beat = 1; beat <= 5; beat++) {
    clock.advance(1_000);
    await vi.waitFor(() => expect(answers.count).toBe(2 * beat));
  }
  expect(ends.map((end) => end.closeReasons)).toEqual([[], []]);
});

test("a message that went missing ends the connection, and a new one is made", async () => {
  const channel = crypto.randomUUID();
  let dropped = 0;
  const createChannel = (name: string): Channel => {
    const real = new BroadcastChannel(name);
    return {
      postMessage: (value) => {
        if ((value as { readonly sequence?: number }).sequence === 1 && dropped++ === 0) return;
        real.postMessage(value);
      },
      addEventListener: (type, listener) => real.addEventListener(type, listener),
      close: () => real.close(),
    };
  };
  const [alice, bob] = [start(channel, { createChannel, helloMs: 20 }), start(channel, { helloMs: 20 })];
  const [there, here] = await Promise.all([alice.end(0), bob.end(0)]);
  for (const byte of [0, 1, 2]) there.connection.send(Uint8Array.of(byte));
  expect(await Promise.all([there.untilClosed(), here.untilClosed()])).toEqual(["lost", "lost"]);
  expect(here.messages).toEqual([Uint8Array.of(0)]);
  await Promise.all([alice.end(1), bob.end(1)]);
});

test("links with another channel name do not meet", async () => {
  const first = start(crypto.randomUUID());
  const second = start(crypto.randomUUID());
  // Once a third has met the first, the first has heard all that was said before.
  const third = start(first.link.name.replace("BroadcastChannel ", ""));
  await Promise.all([first.end(0), third.end(0)]);
  expect(second.ends).toEqual([]);
});

test("twenty links of one channel make one connection for each pair", async () => {
  const channel = crypto.randomUUID();
  const links = Array.from({ length: 20 }, () => start(channel, { helloMs: 50 }));
  await Promise.all(links.flatMap((link) => Array.from({ length: 19 }, (_, index) => link.end(index))));
  for (const link of links) for (const end of link.ends) end.connection.send(Uint8Array.of(1));
  await Promise.all(links.flatMap((link) => link.ends.map((end) => end.untilMessages(1))));
  expect(links.map((link) => link.ends.length)).toEqual(Array(20).fill(19));
  expect(links.flatMap((link) => link.ends.flatMap((end) => end.closeReasons))).toEqual([]);
});

function start(channel: string, options: BroadcastChannelOptions = {}): RecordedLink {
  const recorded = new RecordedLink(createBroadcastChannelLink({ ...options, channel }));
  onTestFinished(() => recorded.link.stop());
  void recorded.start();
  return recorded;
}

/** A real channel that counts the answers to pings once the link has heard them. */
function countAnswers(name: string, answers: { count: number }): Channel {
  const channel = new BroadcastChannel(name);
  return {
    postMessage: (value) => channel.postMessage(value),
    addEventListener: (type, listener) =>
      channel.addEventListener(type, (event: MessageEvent<{ readonly type?: string }>) => {
        listener(event);
        if (event.data.type === "pong") answers.count += 1;
      }),
    close: () => channel.close(),
  };
}
