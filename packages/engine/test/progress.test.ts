/** How far a sync has come: told as it happens, never backwards, to the end, and from where it was after an interruption. */
import type { Link, SyncProgress } from "@amigos/engine";
import { expect, it } from "vitest";
import { Progress } from "../src/replica/progress.ts";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";

/** `"checkpoints 3/7"`, and so for each that is known. */
function summary(progress: SyncProgress | undefined): readonly string[] {
  if (progress === undefined) return [];
  const { isDone, ...portions } = progress;
  const known = Object.entries(portions).filter(([, portion]) => portion.known > 0);
  return [...known.map(([kind, { done, known: all }]) => `${kind} ${done}/${all}`), ...(isDone ? ["done"] : [])];
}

/** Whether nothing that was known or done is less later, and what is left is the difference. */
function isMonotone(told: readonly SyncProgress[]): boolean {
  return told.every((now, index) =>
    (["documents", "entries", "checkpoints", "bytes"] as const).every((kind) => {
      const before = told[index - 1]?.[kind] ?? { known: 0, done: 0 };
      const { known, done, left } = now[kind];
      return known >= before.known && done >= before.done && done <= known && left === known - done;
    }),
  );
}

/** A link that calls `onSend` before each message that goes out by it. */
function watching(link: Link, onSend: () => void): Link {
  return {
    name: link.name,
    stop: () => link.stop(),
    start: (onConnection) =>
      link.start((connection) =>
        onConnection({
          description: connection.description,
          start: (handlers) => connection.start(handlers),
          close: (reason) => connection.close(reason),
          send: (message) => {
            onSend();
            connection.send(message);
          },
        }),
      ),
  };
}

it("[PEER11] tells documents, entries, checkpoints and bytes, never less than before, and ends with all of them done", async () => {
  const { network, people } = await createWorld(["alice", "bob"]);
  const link = pair("hub", "alice");
  link.unplug();
  const hub = await openHub(network, fresh("hub"), [link.left]);
  for (let count = 0; count < 12; count++) await settle(hub);
  const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [link.right]);
  for (let count = 0; count < 3; count++) await alice.pay(people.bob.grant.inception.id, "1.00 AMI");
  const told: SyncProgress[] = [];
  await expect(alice.sync({ onProgress: (progress) => told.push(progress) })).resolves.toMatchObject({
    reachedHub: false,
  });
  expect(told, "with no hub in reach there is nothing to tell").toEqual([]);
  link.plug();
  await until("they are in touch", () => alice.view.connections.length === 1);
  await alice.sync({ onProgress: (progress) => told.push(progress) });
  expect(isMonotone(told)).toBe(true);
  const last = told.at(-1);
  expect(last?.isDone).toBe(true);
  expect(told.filter(({ isDone }) => isDone)).toHaveLength(1);
  expect(last?.entries.known).toBe(3);
  expect(last?.documents.known).toBeGreaterThan(0);
  expect(last?.bytes.known).toBeGreaterThan(600);

  const again: SyncProgress[] = [];
  await alice.sync({ onProgress: (progress) => again.push(progress) });
  expect(again.at(-1)).toMatchObject({ entries: { known: 0 }, checkpoints: { known: 0 }, isDone: true });
  await Promise.all([alice.close(), hub.close()]);
});

it("[PEER11] what was done before an interruption is not counted again", async () => {
  const { network, people } = await createWorld(["alice"]);
  const link = pair("hub", "alice");
  // The handshake, what is said first, and then some of forty checkpoints.
  let messages = 0;
  const cutting = watching(link.left, () => {
    if (++messages === 25) link.unplug();
  });
  const hub = await openHub(network, fresh("hub"), [cutting]);
  for (let count = 0; count < 40; count++) await settle(hub);
  const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [link.right]);
  await until("it was cut off half way", () => messages >= 25 && alice.view.connections.length === 0);
  await until("it has some of what came until then", () => alice.view.ledger.height > 0);
  const { height } = alice.view.ledger;
  expect(height).toBeLessThan(40);
  link.plug();
  await until("they are in touch again", () => alice.view.connections.length === 1);
  const told: SyncProgress[] = [];
  await alice.sync({ onProgress: (progress) => told.push(progress) });
  expect(alice.view.ledger.height).toBe(40);
  expect(isMonotone(told)).toBe(true);
  expect(told.at(-1)?.checkpoints.known).toBeLessThanOrEqual(40 - height);
  await Promise.all([alice.close(), hub.close()]);
});

it("[PEER11] what nobody expected is known when it is done", () => {
  const told: SyncProgress[] = [];
  const progress = new Progress((one) => told.push(one));
  progress.expect({ entries: 2, bytes: 100 });
  progress.tell();
  progress.advance({ entries: 3, bytes: 40 });
  progress.reach("checkpoints", { known: 5, done: 2 });
  progress.reach("checkpoints", { known: 4, done: 1 });
  progress.tell();
  progress.end();
  expect(told.map(summary)).toEqual([
    ["entries 0/2", "bytes 0/100"],
    ["entries 3/3", "checkpoints 2/5", "bytes 40/100"],
    ["entries 3/3", "checkpoints 5/5", "bytes 100/100", "done"],
  ]);
});
