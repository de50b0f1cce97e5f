/**
 * Documents of epochs that the ledger has settled: forgotten while the process runs, brought back by nobody, and missed by
 * nobody, for checkpoints bring what they held and evidence has ways of its own.
 */
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { bytesToHex, encodeBundle, type VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import { Replica, type DocumentInfo, type Link } from "@amigos/engine";
import { afterEach, expect, it } from "vitest";
import { fresh, openHub, openStore, settle, until } from "./devices.ts";
import { signLog } from "./replication/support/entries.ts";

const EPOCH = 512;
const EPOCHS = 8;
const network = createTestNetwork(["alice", "bob"]);
const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];

const opened: Replica[] = [];

afterEach(async () => {
  for (const replica of opened.splice(0)) await replica.close();
});

const logOf = (epoch: number): DocumentInfo => ({ kind: "log", session: alice.session, epoch });
const setOf = ({ account }: Person): DocumentInfo => ({ kind: "set", account, epoch: 0 });

async function openLedger(links: readonly Link[] = [], store: string = fresh("hub")): Promise<Replica> {
  const hub = await openHub(network, store, links);
  opened.push(hub);
  return hub;
}

/** A replica as the wallet of one of them has it. */
async function openOwn({ account, session, signer, inception, grant }: Person, links: readonly Link[]) {
  const replica = await Replica.load({
    network,
    store: await openStore(fresh("wallet")),
    links,
    clock: systemClock,
    random: systemRandom,
    signer,
    account,
    session,
    isProvisional: false,
  });
  await replica.introduce({ inceptions: [inception], control: [grant] });
  await replica.connect();
  opened.push(replica);
  return replica;
}

async function take(replica: Replica, entries: readonly VerifiedEntry[]): Promise<number> {
  const accounts = [{ inception: alice.inception.bytes, control: [alice.grant.bytes] }];
  const bundle = { version: 1, network: network.tag, accounts, entries: entries.map(({ bytes }) => bytes) } as const;
  const report = await replica.ingest(encodeBundle(bundle));
  return report.ok ? report.value.fresh.length : Number.NaN;
}

/** Gives a hub entries of one log and settles them, as many at once as may be undecided. */
async function settleAll(hub: Replica, entries: readonly VerifiedEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += EPOCH / 2) {
    await take(hub, entries.slice(from, from + EPOCH / 2));
    await settle(hub);
  }
}

it("[DOC9] a log of eight epochs holds no more documents than one of the first", async () => {
  const hub = await openLedger();
  const documents: number[] = [];
  let last: VerifiedEntry | undefined;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const entries = await signLog(network, alice, bob, EPOCH, last);
    await settleAll(hub, entries);
    last = entries.at(-1);
    documents.push(hub.counts.documents);
  }
  expect(hub.nextSettledSequence(alice.session)).toBe(EPOCHS * EPOCH);
  expect(new Set(documents)).toEqual(new Set([1]));
  expect([0, 3, 7].map((epoch) => hub.documentHeads(logOf(epoch)))).toEqual([[], [], []]);
});

it("[DOC9] a late peer gets no document of a settled epoch, but checkpoints, and brings none back", async () => {
  const entries = await signLog(network, alice, bob, EPOCH + 20);
  const link = createMemoryLinkPair();
  link.unplug();
  const hub = await openLedger([link.left]);
  const late = await openOwn(alice, [link.right]);
  await take(late, entries.slice(0, 250));
  await settleAll(hub, entries);
  expect(late.documentHeads(logOf(0))).toHaveLength(1);
  link.plug();
  await until("the late one follows", () => late.settled.height === hub.settled.height);
  await until("nobody has the document", () => late.documentHeads(logOf(0)).length === 0);
  expect(late.undecided.size).toBe(0);
  expect([late, hub].map((replica) => replica.documentHeads(logOf(0)))).toEqual([[], []]);
  expect(await take(hub, entries.slice(0, 250)), "nor by other ways").toBe(0);
  expect(hub.documentHeads(logOf(0))).toEqual([]);
  expect([late, hub].map(({ counts }) => counts.keysHeldAgainst)).toEqual([0, 0]);
});

it("[DOC9] a fork below a forgotten epoch is evidence, by whichever way it comes, on every replica", async () => {
  const entries = await signLog(network, alice, bob, EPOCH + 20);
  const [other] = await signLog(network, alice, bob, 1, entries[4], "other");
  const [toLate, toBob] = [createMemoryLinkPair(), createMemoryLinkPair()];
  toLate.unplug();
  const hub = await openLedger([toLate.left, toBob.left]);
  const bobs = await openOwn(bob, [toBob.right]);
  const copy = await openOwn(alice, [toLate.right]);
  await take(copy, [...entries.slice(0, 5), ...(other === undefined ? [] : [other])]);
  await settleAll(hub, entries);
  await until("bob follows", () => bobs.settled.height === hub.settled.height);
  toLate.plug();
  const replicas = [hub, bobs, copy];
  await until("all have the proof", () => replicas.every(({ evidence }) => evidence.length === 1));
  await until("and the same documents of it", () => {
    const heads = replicas.map((replica) => replica.documentHeads(setOf(alice)).join());
    return heads[0] !== "" && new Set(heads).size === 1;
  });
  expect(replicas.map((replica) => replica.documentHeads(logOf(0)))).toEqual([[], [], []]);
  await settle(hub);
  await until("all follow", () => replicas.every(({ settled }) => settled.height === hub.settled.height));
  expect(replicas.map(({ undecided }) => undecided.size)).toEqual([0, 0, 0]);
});

it("[PEER4] who started again knows whom the settled entries of a log's newest document paid", async () => {
  const store = fresh("hub");
  const [paid, other] = [await signLog(network, alice, bob, 1), await createPerson("carol", { network })];
  const next = await signLog(network, alice, other, 1, paid[0]);
  let hub = await openLedger([], store);
  await settleAll(hub, paid);
  await take(hub, next);
  const mayHave = (person: Person): boolean =>
    hub.access.mayHaveLog({ role: "wallet", account: person.account }, alice.session);
  expect([bob, other].map(mayHave)).toEqual([true, true]);
  await hub.close();
  hub = await openLedger([], store);
  await until("it knows", () => mayHave(bob) && mayHave(other));
});

it("[DOC8] documents are in memory alone: damage to the disk cannot reach them, and opening makes them again", async () => {
  const store = fresh("hub");
  const entries = await signLog(network, alice, bob, 80);
  const whole = await openLedger();
  let hub = await openLedger([], store);
  await settleAll(hub, entries.slice(0, 40));
  await take(hub, entries.slice(40));
  const other = await signLog(network, alice, bob, 1, entries[59], "other");
  await take(hub, other);
  // What comes at once goes into them at once.
  await take(whole, [...entries, ...other]);
  const documents = [logOf(0), setOf(alice)];
  const headsOf = (replica: Replica): string => documents.map((document) => replica.documentHeads(document)).join();
  const heads = headsOf(whole);
  await until("what was gathered is in them", () => headsOf(hub) === heads);
  await opened.pop()?.close();
  const kept = await openStore(store);
  const rows = await kept.list("");
  await kept.close();
  // What every chunk of Automerge's begins with.
  expect(rows.filter(({ value }) => bytesToHex(value).includes("856f4a83"))).toEqual([]);
  hub = await openLedger([], store);
  await until("they are again what they were", () => headsOf(hub) === heads);
});
