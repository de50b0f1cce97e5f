/** What need not be said of documents that are alike at both ends, and when it is said all the same. */
import * as Automerge from "@automerge/automerge";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Link, Network, VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import { createLogChanges } from "../../src/replication/canonical-change.ts";
import { genesisOf } from "../../src/replication/genesis.ts";
import type { DocumentInfo } from "../../src/replication/replicator.ts";
import { decodeFrame, encodeFrame } from "../../src/replication/frame.ts";
import { ASKED_MAX } from "../../src/replication/limits.ts";
import { RESET, withoutFlags } from "../../src/replication/sync-message.ts";
import {
  closeDevices,
  connect,
  createDevice,
  sameHeads,
  until,
  untilIdle,
  untilQuiet,
  type Device,
} from "./support/device.ts";
import { signLog } from "./support/entries.ts";

let network: Network;
let alice: Person;
let log: readonly VerifiedEntry[];
let document: DocumentInfo;

beforeAll(async () => {
  network = createTestNetwork();
  alice = await createPerson("alice", { network });
  const bob = await createPerson("bob", { network });
  log = await signLog(network, alice, bob, 10);
  document = { kind: "log", session: alice.session, epoch: 0 };
});

afterEach(closeDevices);

/** Two devices that have the beginning of a log, and take each other to have these of it. */
function pair(wasPushed: (link: Link) => boolean): readonly [Device, Device] {
  const [phone, hub] = ["phone", "hub"].map((name) => createDevice(name, { network, knows: [alice], wasPushed })) as [
    Device,
    Device,
  ];
  for (const device of [phone, hub]) device.publish(...log.slice(0, 5));
  return [phone, hub];
}

test("[GRD11] of a log that both said or were sent up to its end nothing is said", async () => {
  const [phone, hub] = pair(() => true);
  const pipe = connect(phone, hub);
  await untilQuiet(pipe);
  for (const device of [phone, hub]) device.publish(...log.slice(5));
  await untilQuiet(pipe);
  expect(pipe.count()).toBe(0);
  expect(sameHeads(document, phone, hub)).toBe(true);
});

test("[GRD11] of documents that were alike on an earlier connection nothing is said until there is something new", async () => {
  const [phone, hub] = pair(() => false);
  phone.publishItems(alice, [{ bytes: alice.grant.bytes }]);
  const first = connect(phone, hub);
  const set: DocumentInfo = { kind: "set", account: alice.account, epoch: 0 };
  hub.replicator.follow(set);
  await until("they are in step", () => sameHeads(set, phone, hub));
  await untilQuiet(first);
  first.cut();
  // Who heard last that the other has less says once more what it has, and is answered.
  const second = connect(phone, hub);
  await untilQuiet(second);
  expect(second.count()).toBeLessThan(3);
  second.cut();
  const again = connect(phone, hub);
  await untilQuiet(again);
  expect(again.count()).toBe(0);
  phone.publish(...log.slice(5));
  await until("the hub has what is new", () => hub.journal.size === 10 && sameHeads(document, phone, hub));
  again.cut();
});

test("[GRD11] who starts again and has lost what it had gets it, though the other remembers that they were alike", async () => {
  const [phone, hub] = pair(() => false);
  const first = connect(phone, hub);
  await untilQuiet(first);
  first.cut();
  const reborn = createDevice("hub", { network, knows: [alice] });
  reborn.replicator.follow(document);
  connect(phone, reborn);
  await until("it has all", () => reborn.journal.size === 5 && sameHeads(document, phone, reborn));
});

test("[GRD11] what a peer refused that it was pushed comes by documents", async () => {
  const [phone, hub] = pair(() => true);
  const pipe = connect(phone, hub);
  phone.publish(...log.slice(5));
  await untilQuiet(pipe);
  expect([pipe.count(), hub.journal.size]).toEqual([0, 5]);
  pipe.doubtAt(phone);
  await until("the hub has the rest", () => hub.journal.size === 10 && sameHeads(document, phone, hub));
});

test("[GRD11] [GRD9] who knows a fork shows it also where the log was alike before", async () => {
  const other = await signLog(network, alice, await createPerson("carol", { network }), 1, log[3]);
  const [phone, hub] = pair(() => true);
  phone.publish(...other);
  connect(phone, hub);
  await until("the hub knows both sides", () => hub.journal.size === 6 && sameHeads(document, phone, hub));
});

test("[GRD11] a log with a gap is told, though the peer is known to have the newest that is in it", async () => {
  const [phone, hub] = pair(() => true);
  hub.publish(...log.slice(5));
  phone.publish(...log.slice(7));
  connect(phone, hub);
  await until("the phone has what lies between", () => phone.journal.size === 10 && sameHeads(document, phone, hub));
});

test("[GRD11] what a peer asked for before it was here it is told, though it was pushed the newest of it", async () => {
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice], wasPushed: () => true });
  phone.replicator.follow(document);
  const pipe = connect(phone, hub);
  await untilQuiet(pipe);
  hub.publish(...log);
  await until("the phone has all", () => phone.journal.size === 10 && sameHeads(document, phone, hub));
});

test("[GRD11] who asks for more that is not here than is remembered is told of all that there is", async () => {
  const hub = createDevice("hub", { network, knows: [alice], wasPushed: () => true });
  let told = 0;
  const { receive } = hub.replicator.connect("x", "x", (message) => {
    const frame = decodeFrame(message);
    if (frame.ok && frame.value.type !== "doc-unavailable") told++;
  });
  const ask = (id: number): void => {
    const unknown = id.toString(16).padStart(64, "0");
    receive(encodeFrame({ type: "request", document: unknown, data: RESET }));
  };
  for (let asked = 0; asked < ASKED_MAX; asked++) ask(asked);
  hub.publish(...log.slice(0, 5));
  await untilIdle(hub);
  expect(told).toBe(0);
  ask(ASKED_MAX);
  hub.publish(...log.slice(5));
  await until("the hub tells of the log", () => told > 0);
});

test("[GRD12] what a peer's filter seems to have and does not is asked for by its hash", async () => {
  const mistaken = await mistakenLog();
  const phone = createDevice("phone", { network, knows: [alice] });
  const hub = createDevice("hub", { network, knows: [alice] });
  phone.replicator.follow(document);
  hub.publish(...mistaken);
  connect(phone, hub);
  await until("the phone has both", () => phone.journal.size === 2 && sameHeads(document, phone, hub));
});

/** Two entries, of which the sync message of someone who has none seems to say that the first is there. */
async function mistakenLog(): Promise<readonly VerifiedEntry[]> {
  const change = createLogChanges(alice.session, 0);
  const bob = await createPerson("bob", { network });
  const [empty] = Automerge.applyChanges(Automerge.init(), [genesisOf("log").bytes]);
  const [, asks] = Automerge.generateSyncMessage(empty, Automerge.initSyncState());
  const asked = withoutFlags(asks as Automerge.SyncMessage);
  for (let attempt = 0; attempt < 5_000; attempt++) {
    const entries = await signLog(network, alice, bob, 2, undefined, `attempt ${attempt}`);
    const [first, second] = entries as [VerifiedEntry, VerifiedEntry];
    const one = change(0, genesisOf("log").hash, first.bytes);
    const two = change(1, one.hash, second.bytes);
    const [full] = Automerge.applyChanges(Automerge.clone(empty), [one.bytes, two.bytes]);
    const [, state] = Automerge.receiveSyncMessage(full, Automerge.initSyncState(), asked);
    const [, answer] = Automerge.generateSyncMessage(full, state);
    if (Automerge.decodeSyncMessage(answer as Automerge.SyncMessage).changes.length === 1) return entries;
  }
  throw new Error("no such log");
}
