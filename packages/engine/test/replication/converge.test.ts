/** Honest replicas over pipes: whatever is published anywhere is everywhere, and the documents are the same. */
import fc from "fast-check";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Network, VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import { assertProperty } from "../assert-property.ts";
import type { DocumentInfo } from "../../src/replication/replicator.ts";
import {
  closeDevices,
  connect,
  createDevice,
  refusalTypes,
  sameHeads,
  until,
  untilQuiet,
  type Device,
} from "./support/device.ts";
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

/** Something that a journal here takes for an item of an epoch. */
const itemOf = (epoch: number, index: number): { readonly bytes: Uint8Array } => ({
  bytes: Uint8Array.of(0x82, epoch, index >> 8, index & 0xff),
});

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

test("[GRD10] what was pushed as well is not sent again by documents, and the heads are equal", async () => {
  const wasPushed = (): boolean => true;
  const phone = createDevice("phone", { network, knows: [alice, bob], wasPushed });
  const hub = createDevice("hub", { network, knows: [alice, bob], wasPushed });
  for (const device of [phone, hub]) device.replicator.follow(logOf(alice));
  const pipe = connect(phone, hub);
  await untilQuiet(pipe);
  const before = pipe.bytes();
  const log = await signLog(network, alice, bob, 50);
  for (const entry of log) for (const device of [phone, hub]) device.publish(entry);
  await untilQuiet(pipe);
  expect(sameHeads(logOf(alice), phone, hub)).toBe(true);
  expect(pipe.bytes() - before).toBeLessThan(10 * (log[0]?.bytes.length ?? 0));
  expect([...phone.refusals, ...hub.refusals]).toEqual([]);
});

test("[GRD10] what a peer was taken to have and did not take it asks for and gets", async () => {
  const wasPushed = (): boolean => true;
  const phone = createDevice("phone", { network, knows: [alice, bob], wasPushed });
  const hub = createDevice("hub", { network, knows: [alice, bob] });
  for (const device of [phone, hub]) device.replicator.follow(logOf(alice));
  const pipe = connect(phone, hub);
  await untilQuiet(pipe);
  const log = await signLog(network, alice, bob, 20);
  phone.publish(...log.slice(0, 10));
  hub.publish(...log.slice(0, 5));
  await until("the hub has what it lacked", () => hub.journal.size === 10);
  phone.publish(...log.slice(10));
  await until("and what came after", () => sameHeads(logOf(alice), phone, hub) && hub.journal.size === 20);
  await untilQuiet(pipe);
  expect([...phone.refusals, ...hub.refusals]).toEqual([]);
});

test("[DOC8] 2,000 entries over four epochs catch up in one go, and publishing them again changes nothing", async () => {
  const log = await signLog(network, alice, bob, 2_000);
  const phone = createDevice("phone", { network, knows: [alice, bob] });
  const hub = createDevice("hub", { network, knows: [alice, bob] });
  phone.publish(...log);
  const heads = [0, 1, 2, 3].map((epoch) => phone.replicator.headsOf(logOf(alice, epoch)));
  phone.publish(...log);
  expect([0, 1, 2, 3].map((epoch) => phone.replicator.headsOf(logOf(alice, epoch)))).toEqual(heads);
  for (const epoch of [0, 1, 2, 3]) hub.replicator.follow(logOf(alice, epoch));
  const pipe = connect(phone, hub);
  await until(
    "the hub has all",
    () => hub.journal.size === 2_000 && [0, 1, 2, 3].every((epoch) => sameHeads(logOf(alice, epoch), phone, hub)),
  );
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(40);
  expect(pipe.bytes()).toBeLessThan(2 * log.reduce((sum, { bytes }) => sum + bytes.length, 0));
});

test("[DOC5] entries published in any order make the same document; a gap waits inside", async () => {
  const log = await signLog(network, alice, bob, 40);
  const inOrder = createDevice("in order", { network, knows: [alice] });
  const shuffled = createDevice("shuffled", { network, knows: [alice] });
  inOrder.publish(...log);
  const evensLast = [
    ...log.filter((_, index) => index % 2 === 1).toReversed(),
    ...log.filter((_, index) => index % 2 === 0),
  ];
  for (const entry of evensLast.slice(0, 39)) shuffled.publish(entry);
  expect(shuffled.replicator.counts().waitingEntries).toBe(1);
  shuffled.publish(...evensLast.slice(39));
  expect(shuffled.replicator.counts().waitingEntries).toBe(0);
  expect(shuffled.replicator.headsOf(logOf(alice))).toEqual(inOrder.replicator.headsOf(logOf(alice)));
});

test("[DOC5] an entry that names another predecessor than the one before it stays out", async () => {
  const [first, second] = (await signLog(network, alice, bob, 2)) as [VerifiedEntry, VerifiedEntry];
  const [otherFirst] = (await signLog(network, alice, bob, 1, undefined, "other")) as [VerifiedEntry];
  const phone = createDevice("phone", { network, knows: [alice] });
  phone.publish(otherFirst);
  const heads = phone.replicator.headsOf(logOf(alice));
  phone.publish(second);
  expect(phone.replicator.headsOf(logOf(alice))).toEqual(heads);
  expect(first.link).toBe(second.entry.previous);
});

test("[GRD4] three replicas in a row converge, the middle one passing on what it journaled", async () => {
  const devices = ["left", "middle", "right"].map((name) => createDevice(name, { network, knows: [alice, bob] }));
  const [left, middle, right] = devices as [Device, Device, Device];
  for (const device of devices) for (const person of [alice, bob]) device.replicator.follow(logOf(person));
  const pipes = [connect(left, middle), connect(middle, right)];
  left.publish(...(await signLog(network, alice, bob, 30)));
  right.publish(...(await signLog(network, bob, alice, 20)));
  await until("all have all", () => devices.every(({ journal }) => journal.size === 50));
  await until(
    "heads are equal",
    () => sameHeads(logOf(alice), left, middle, right) && sameHeads(logOf(bob), left, middle, right),
  );
  await untilQuiet(...pipes);
  expect(pipes[0]?.count()).toBeLessThan(40);
});

test("[GRD4] what was published while apart arrives after reconnecting, also when the connection broke in the middle", async () => {
  const phone = createDevice("phone", { network, knows: [alice, bob] });
  const hub = createDevice("hub", { network, knows: [alice, bob] });
  hub.replicator.follow(logOf(alice));
  const log = await signLog(network, alice, bob, 300);
  phone.publish(...log.slice(0, 100));
  const first = connect(phone, hub);
  await until("some of it is there", () => hub.journal.size > 0);
  phone.publish(...log.slice(100, 200));
  first.cut();
  phone.publish(...log.slice(200));
  const second = connect(phone, hub);
  await until("all is there", () => hub.journal.size === 300 && sameHeads(logOf(alice), phone, hub));
  second.cut();
  const third = connect(phone, hub);
  await untilQuiet(third);
  expect(third.count()).toBeLessThan(10);
});

test("[GRD4] a document that one side follows only later is exchanged from then on", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice] });
  phone.publish(...(await signLog(network, alice, bob, 5)));
  const pipe = connect(phone, hub);
  await untilQuiet(pipe);
  expect(refusalTypes(hub)).toEqual(["document-unknown"]);
  hub.replicator.follow(logOf(alice));
  await until("the hub has all", () => hub.journal.size === 5 && sameHeads(logOf(alice), phone, hub));
});

test("[DOC7] items published on either side reach the other", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice] });
  phone.publishItems(alice, [{ bytes: alice.inception.bytes }, { bytes: alice.grant.bytes }]);
  hub.publishItems(alice, [{ bytes: bob.grant.bytes }, { bytes: alice.grant.bytes }]);
  const pipe = connect(phone, hub);
  await until(
    "both have all",
    () => phone.items.size === 3 && hub.items.size === 3 && sameHeads(setOf(alice), phone, hub),
  );
  expect(phone.replicator.headsOf(setOf(alice))).toHaveLength(3);
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(12);
});

test("[DOC7] a set document takes 256 items and no more, those with the lowest keys", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice] });
  const items = Array.from({ length: 260 }, (_, index) => ({ bytes: Uint8Array.of(0x82, index >> 8, index & 0xff) }));
  phone.publishItems(alice, items);
  expect(phone.replicator.headsOf(setOf(alice))).toHaveLength(256);
  hub.replicator.follow(setOf(alice));
  connect(phone, hub);
  await until(
    "the hub has what the document holds",
    () => hub.items.size === 256 && sameHeads(setOf(alice), phone, hub),
  );
});

test("[DOC7] whatever order items come in, and however many, the same items make the same documents", async () => {
  const sets = fc.record({
    items: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 900 })), {
      minLength: 1,
      maxLength: 700,
      selector: ([epoch, index]) => `${epoch}/${index}`,
    }),
    seed: fc.infiniteStream(fc.nat()),
    size: fc.integer({ min: 1, max: 300 }),
  });
  await assertProperty(
    fc.asyncProperty(sets, async ({ items, seed, size }) => {
      const epochOf = (item: Uint8Array): number => item[1] ?? 0;
      const inOrder = createDevice("in order", { network, knows: [], epochOf });
      const shuffled = createDevice("shuffled", { network, knows: [], epochOf });
      inOrder.publishItems(
        alice,
        items.map(([epoch, index]) => itemOf(epoch, index)),
      );
      const order = items.map((item) => [seed.next().value ?? 0, item] as const).toSorted(([a], [b]) => a - b);
      for (let from = 0; from < order.length; from += size)
        shuffled.publishItems(
          alice,
          order.slice(from, from + size).map(([, [epoch, index]]) => itemOf(epoch, index)),
        );
      for (const epoch of [0, 1, 2]) {
        const document = { ...setOf(alice), epoch };
        const heads = inOrder.replicator.headsOf(document);
        expect(shuffled.replicator.headsOf(document)).toEqual(heads);
        expect(heads).toHaveLength(Math.min(256, items.filter((item) => item[0] === epoch).length));
      }
      await closeDevices();
    }),
    30,
  );
});

test("[DOC7] two replicas that each hold more than fits, of different items, end with the same document", async () => {
  const left = createDevice("left", { network, knows: [] });
  const right = createDevice("right", { network, knows: [] });
  const items = Array.from({ length: 500 }, (_, index) => itemOf(0, index));
  left.publishItems(alice, items.slice(0, 300));
  right.publishItems(alice, items.slice(200));
  const pipe = connect(left, right);
  await until("heads are equal", () => sameHeads(setOf(alice), left, right));
  const all = createDevice("all", { network, knows: [] });
  all.publishItems(alice, items);
  expect(sameHeads(setOf(alice), left, all)).toBe(true);
  await untilQuiet(pipe);
  expect([refusalTypes(left), refusalTypes(right)].flat().filter((type) => type !== "document-full")).toEqual([]);
});

test("[GRD1] a second connection of one peer replaces the first, and a closed replicator is silent", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice] });
  hub.replicator.follow(logOf(alice));
  connect(phone, hub);
  const second = connect(phone, hub);
  phone.publish(...(await signLog(network, alice, bob, 2)));
  await until("the hub has all", () => hub.journal.size === 2);
  expect(hub.replicator.counts().connections).toBe(1);
  await phone.replicator.close();
  const sent = second.count();
  hub.replicator.publishItems(alice.account, [{ bytes: alice.grant.bytes, epoch: 0 }]);
  await until("the hub says it has more", () => second.count() > sent);
  await untilQuiet(second);
  expect(phone.items.size).toBe(0);
});
