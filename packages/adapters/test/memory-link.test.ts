/** When the memory link connects again: what the contract of links does not say. */
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock } from "@amigos/adapters/runtime";
import type { Connection } from "@amigos/engine/ports";
import { expect, it } from "vitest";

const closeAtOnce = (connection: Connection): void => connection.close("protocol-error");

it("two ends that close whatever connects them connect again later each time, and at once when they are plugged in", async () => {
  const waits: number[] = [];
  let retry = (): void => undefined;
  let connections = 0;
  const clock = {
    now: systemClock.now,
    after: (delayMs: number, action: () => void) => {
      waits.push(delayMs);
      retry = action;
      return () => undefined;
    },
  };
  const { left, right, unplug, plug } = createMemoryLinkPair({ clock });
  await left.start(closeAtOnce);
  await right.start((connection) => {
    connections++;
    closeAtOnce(connection);
  });
  for (let round = 0; round < 10; round++) {
    await Promise.resolve();
    retry();
  }
  expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256]);
  unplug();
  const before = connections;
  plug();
  expect(connections).toBe(before + 1);
  expect(waits.at(-1)).toBe(1);
  await Promise.all([left.stop(), right.stop()]);
});

it("leaves time for everything else", async () => {
  const { left, right } = createMemoryLinkPair();
  await left.start(closeAtOnce);
  await right.start(closeAtOnce);
  // Would not come while they connect in microtasks.
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all([left.stop(), right.stop()]);
});
