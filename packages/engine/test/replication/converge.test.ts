/** Honest replicas over pipes: whatever is published anywhere is everywhere, and the documents are the same. */
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Network } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import type { DocumentInfo } from "../../src/replication/replicator.ts";
import { closeDevices, connect, createDevice, sameHeads, until, untilQuiet } from "./support/device.ts";
import { signLog } from "./support/entries.ts";

let network: Network;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  network = createTestNetwork();
  alice = await createPerson("alice", { network });
  bob = await createPerson("bob", { network });
});

afterEach(closeDevices);

const logOf = (person: Person, epoch = 0): DocumentInfo => ({ kind: "log", session: person.session, epoch });
const setOf = (person: Person): DocumentInfo => ({ kind: "set", account: person.account, epoch: 0 });

test("[GRD4] entries published on either side reach the other, and the heads are equal", async () => {
  const phone = createDevice("phone", { network, knows: [alice, bob] });
  const hub = createDevice("hub", { network, knows: [alice, bob] });
  const fromAlice = await signLog(network, alice, bob, 3);
  const fromBob = await signLog(network, bob, alice, 2);
  phone.publish(...fromAlice);
  phone.replicator.follow(logOf(bob));
  hub.publish(...fromBob);
  hub.replicator.follow(logOf(alice));
  const pipe = connect(phone, hub);
  await until("both have all", () => phone.journal.size === 5 && hub.journal.size === 5);
  await until("heads are equal", () => sameHeads(logOf(alice), phone, hub) && sameHeads(logOf(bob), phone, hub));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(20);
  expect([...phone.refusals, ...hub.refusals]).toEqual([]);
});

test("[DOC3] 2,000 entries over four epochs catch up in one go", async () => {
  const log = await signLog(network, alice, bob, 2_000);
  const phone = createDevice("phone", { network, knows: [alice, bob] });
  const hub = createDevice("hub", { network, knows: [alice, bob] });
  const published = performance.now();
  phone.publish(...log);
  console.log(`publish: ${(((performance.now() - published) * 1000) / log.length).toFixed(1)} µs per entry`);
  const again = performance.now();
  phone.publish(...log);
  console.log(`publish again: ${(((performance.now() - again) * 1000) / log.length).toFixed(1)} µs per entry`);
  for (const epoch of [0, 1, 2, 3]) hub.replicator.follow(logOf(alice, epoch));
  const started = performance.now();
  const pipe = connect(phone, hub);
  await until("the hub has all", () => hub.journal.size === 2_000 && [0, 1, 2, 3].every((epoch) => sameHeads(logOf(alice, epoch), phone, hub)));
  console.log(`catch-up: ${(performance.now() - started).toFixed(0)} ms, ${pipe.count()} messages, ${pipe.bytes()} bytes`);
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(40);
});
