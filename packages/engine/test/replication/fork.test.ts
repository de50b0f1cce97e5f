/** Logs that fork: every journal learns both sides, every document falls back to what lies before, and peers fall silent. */
import { afterEach, beforeAll, expect, test } from "vitest";
import { decodeEntry, orThrow, sequence, type Network, type VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import type { DocumentInfo } from "../../src/replication/replicator.ts";
import { closeDevices, connect, createDevice, sameHeads, until, untilQuiet, type Device } from "./support/device.ts";
import { signLog } from "./support/entries.ts";

let network: Network;
let alice: Person;
let bob: Person;
let carol: Person;
let common: VerifiedEntry[];
let toBob: VerifiedEntry[];
let toCarol: VerifiedEntry[];
let log: DocumentInfo;
let heads: readonly string[];

beforeAll(async () => {
  network = createTestNetwork();
  alice = await createPerson("alice", { network });
  bob = await createPerson("bob", { network });
  carol = await createPerson("carol", { network });
  common = await signLog(network, alice, bob, 5);
  toBob = await signLog(network, alice, bob, 3, common.at(-1));
  toCarol = await signLog(network, alice, carol, 3, common.at(-1));
  log = { kind: "log", session: alice.session, epoch: 0 };
  const before = createDevice("before", { network, knows: [alice] });
  before.publish(...common);
  heads = before.replicator.headsOf(log);
  await closeDevices();
});

afterEach(closeDevices);

function device(name: string, ...entries: readonly VerifiedEntry[]): Device {
  const created = createDevice(name, { network, knows: [alice] });
  created.replicator.follow(log);
  created.publish(...entries);
  return created;
}

/** Whether a device has both entries at the fork, and its document ends before it. */
function knowsFork({ journal, replicator }: Device): boolean {
  return (
    journal.has(at(toBob, 0).link) &&
    journal.has(at(toCarol, 0).link) &&
    replicator.headsOf(log).join() === heads.join()
  );
}

function at(entries: readonly VerifiedEntry[], index: number): VerifiedEntry {
  return entries[index] as VerifiedEntry;
}

test("[GRD8] two devices with one branch each: both journals get both, both documents end before the fork", async () => {
  const bobs = device("bobs", ...common, ...toBob);
  const carols = device("carols", ...common, ...toCarol);
  const pipe = connect(bobs, carols);
  await until("both know the fork", () => knowsFork(bobs) && knowsFork(carols));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(40);
});

test("[GRD8] the fork happens while both are connected and in step", async () => {
  const bobs = device("bobs", ...common);
  const carols = device("carols", ...common);
  const pipe = connect(bobs, carols);
  await until("they are in step", () => sameHeads(log, bobs, carols));
  await untilQuiet(pipe);
  bobs.publish(...toBob);
  carols.publish(...toCarol);
  await until("both know the fork", () => knowsFork(bobs) && knowsFork(carols));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(50);
});

test("[GRD9] a third device that knows neither branch learns both, whoever it meets", async () => {
  const bobs = device("bobs", ...common, ...toBob);
  const carols = device("carols", ...common, ...toCarol);
  const hub = device("hub");
  const pipes = [connect(bobs, hub), connect(carols, hub)];
  await until("all know the fork", () => [bobs, carols, hub].every(knowsFork));
  const late = device("late");
  pipes.push(connect(late, carols));
  await until("the late one knows it too", () => knowsFork(late));
  await untilQuiet(...pipes);
  expect(pipes.reduce((sum, pipe) => sum + pipe.count(), 0)).toBeLessThan(90);
});

test("[GRD9] a device that follows the log only later is shown the fork then", async () => {
  const hub = device("hub", ...common, ...toBob);
  hub.publish(at(toCarol, 0));
  const late = createDevice("late", { network, knows: [alice] });
  const pipe = connect(hub, late);
  await untilQuiet(pipe);
  expect(late.journal.size).toBe(0);
  late.replicator.follow(log);
  await until("it knows the fork", () => knowsFork(late));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(25);
});

test("[GRD8] both branches on one device freeze its log at once", () => {
  const phone = device("phone", ...common, ...toBob);
  phone.publish(at(toCarol, 0));
  expect(phone.replicator.headsOf(log)).toEqual(heads);
  phone.publish(at(toBob, 1), at(toCarol, 1));
  expect(phone.replicator.headsOf(log)).toEqual(heads);
});

test("[GRD8] an earlier fork moves the end of the document further back", async () => {
  const phone = device("phone", ...common, ...toBob);
  phone.publish(at(toCarol, 0));
  const [other] = (await signLog(network, alice, carol, 1, common[1])) as [VerifiedEntry];
  phone.publish(other);
  const before = createDevice("before", { network, knows: [alice] });
  before.publish(...common.slice(0, 2));
  expect(phone.replicator.headsOf(log)).toEqual(before.replicator.headsOf(log));
});

test("[GRD8] a log that is frozen from outside ends there, in every later epoch too", async () => {
  const long = await signLog(network, alice, bob, 520);
  const phone = device("phone", ...long);
  const next: DocumentInfo = { ...log, epoch: 1 };
  expect(phone.replicator.headsOf(next)).toHaveLength(1);
  phone.replicator.freezeLog(alice.session, sequence(2));
  const fresh = device("fresh", ...long.slice(0, 2));
  fresh.replicator.follow(next);
  expect(sameHeads(log, phone, fresh)).toBe(true);
  expect(sameHeads(next, phone, fresh)).toBe(true);
  phone.publish(...long);
  expect(sameHeads(log, phone, fresh)).toBe(true);
});

test("[GRD8] one entry under two signatures is a fork of the document as well", async () => {
  const original = at(toBob, 0);
  const bytes = original.bytes.slice();
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  const resigned = orThrow(decodeEntry(bytes, network.tag)) as VerifiedEntry;
  expect(resigned.id).toBe(original.id);
  const options = { network, knows: [alice], trusts: [resigned] };
  const one = createDevice("one", options);
  const two = createDevice("two", options);
  one.publish(...common, original);
  two.publish(...common, resigned);
  const pipe = connect(one, two);
  const know = ({ journal, replicator }: Device): boolean =>
    journal.has(original.link) && journal.has(resigned.link) && replicator.headsOf(log).join() === heads.join();
  await until("both have both", () => know(one) && know(two));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(40);
});

test("[GRD8] with evidence filed by the engine, all ends the same", async () => {
  const options = { network, knows: [alice], filesEvidence: true };
  const devices = [
    createDevice("bobs", options),
    createDevice("carols", options),
    createDevice("hub", options),
  ] as const;
  const [bobs, carols, hub] = devices;
  const set: DocumentInfo = { kind: "set", account: alice.account, epoch: 0 };
  for (const { replicator } of devices) {
    replicator.follow(set);
    replicator.follow(log);
  }
  bobs.publish(...common, ...toBob);
  carols.publish(...common, ...toCarol);
  const pipes = [connect(bobs, hub), connect(carols, hub)];
  await until(
    "all know the fork",
    () =>
      devices.every(knowsFork) &&
      devices.every(({ items, replicator }) => items.size + replicator.headsOf(set).length > 0),
  );
  await until("the sets are equal", () => sameHeads(set, bobs, carols, hub) && sameHeads(log, bobs, carols, hub));
  await untilQuiet(...pipes);
  expect(pipes.reduce((sum, pipe) => sum + pipe.count(), 0)).toBeLessThan(100);
});
