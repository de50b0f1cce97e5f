/** Who may have which document, when that changes while connected, and when something vouches for entries only later. */
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Network, VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import type { DocumentInfo } from "../../src/replication/replicator.ts";
import { closeDevices, connect, createDevice, refusalTypes, sameHeads, until, untilQuiet } from "./support/device.ts";
import { signLog } from "./support/entries.ts";

let network: Network;
let alice: Person;
let bob: Person;
let entries: VerifiedEntry[];
let log: DocumentInfo;

beforeAll(async () => {
  network = createTestNetwork();
  alice = await createPerson("alice", { network });
  bob = await createPerson("bob", { network });
  entries = await signLog(network, alice, bob, 30);
  log = { kind: "log", session: alice.session, epoch: 0 };
});

afterEach(closeDevices);

test("[GRD6] access that is given while connected begins the exchange, and access that is taken ends it", async () => {
  let isAllowed = false;
  const phone = createDevice("phone", { network, knows: [alice], mayAccess: () => isAllowed });
  const hub = createDevice("hub", { network, knows: [alice] });
  phone.publish(...entries.slice(0, 10));
  hub.replicator.follow(log);
  const pipe = connect(phone, hub);
  await untilQuiet(pipe);
  expect(hub.journal.size).toBe(0);

  isAllowed = true;
  phone.replicator.accessChanged();
  await until("the hub has what there is", () => hub.journal.size === 10 && sameHeads(log, phone, hub));
  await untilQuiet(pipe);

  isAllowed = false;
  phone.replicator.accessChanged();
  phone.publish(...entries.slice(10, 20));
  await untilQuiet(pipe);
  expect(hub.journal.size).toBe(10);

  isAllowed = true;
  phone.replicator.accessChanged();
  await until("the hub has the rest", () => hub.journal.size === 20 && sameHeads(log, phone, hub));
});

test("[GRD6] what was sent while denied comes again once it is allowed", async () => {
  let isAllowed = true;
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice], mayAccess: () => isAllowed });
  phone.publish(...entries.slice(0, 5));
  hub.replicator.follow(log);
  const pipe = connect(phone, hub);
  await until("they are in step", () => sameHeads(log, phone, hub));
  isAllowed = false;
  phone.publish(...entries.slice(5));
  await until("the hub refused it", () => refusalTypes(hub).includes("document-denied"));
  await untilQuiet(pipe);
  expect(hub.journal.size).toBe(5);
  isAllowed = true;
  hub.replicator.accessChanged();
  await until("they are in step again", () => hub.journal.size === 30 && sameHeads(log, phone, hub));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(40);
});

test("[GRD6] access that ends without a word ends at the next message", async () => {
  let isAllowed = true;
  const phone = createDevice("phone", { network, knows: [alice], mayAccess: () => isAllowed });
  const hub = createDevice("hub", { network, knows: [alice] });
  phone.publish(...entries.slice(0, 5));
  hub.replicator.follow(log);
  const pipe = connect(phone, hub);
  await until("they are in step", () => sameHeads(log, phone, hub));
  await untilQuiet(pipe);
  isAllowed = false;
  phone.publish(...entries.slice(5));
  await untilQuiet(pipe);
  expect(hub.journal.size).toBe(5);
});

test("[GRD7] two honest peers, one of which cannot verify yet: no endless exchange, and all arrives once it can", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [] });
  phone.publish(...entries.slice(0, 20));
  hub.replicator.follow(log);
  const pipe = connect(phone, hub);
  await until("the hub refused", () => refusalTypes(hub).includes("not-admitted"));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(20);

  phone.publish(...entries.slice(20));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(30);
  expect(hub.journal.size).toBe(0);

  hub.known.set(alice.session, alice);
  hub.publishItems(alice, [{ bytes: alice.grant.bytes }]);
  await until("the hub has all", () => hub.journal.size === 30 && sameHeads(log, phone, hub));
  expect(refusalTypes(hub)).toEqual(
    ["document-unknown", "not-admitted"].filter((type) => refusalTypes(hub).includes(type as never)),
  );
});

test("[GRD7] news about others do not make a peer send again what cannot be verified", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [] });
  phone.publish(...entries);
  hub.replicator.follow(log);
  const pipe = connect(phone, hub);
  await until("the hub refused", () => refusalTypes(hub).includes("not-admitted"));
  await untilQuiet(pipe);
  const bytes = pipe.bytes();
  for (let round = 0; round < 20; round++) hub.publishItems(bob, [{ bytes: Uint8Array.of(0x82, round) }]);
  await untilQuiet(pipe);
  // Twenty items and their heads, and no log.
  expect(pipe.bytes() - bytes).toBeLessThan(8_000);
});
