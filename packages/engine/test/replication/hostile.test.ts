/**
 * Mallory against the guard. Whatever she sends, the victim takes nothing but authentic entries, throws nothing, prints
 * nothing, holds no more than it should, and goes on serving an honest peer, with the same document as ever.
 */
import * as Automerge from "@automerge/automerge";
import { afterAll, beforeAll, expect, test, vi, type MockInstance } from "vitest";
import { concatBytes, encodeCbor, hexToBytes, type Network, type VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import { createLogChanges, itemChange, itemKey } from "../../src/replication/canonical-change.ts";
import { logActor } from "../../src/replication/document-id.ts";
import { decodeFrame, encodeFrame } from "../../src/replication/frame.ts";
import { genesisOf } from "../../src/replication/genesis.ts";
import { STRIKES_MAX, UNADMITTED_MAX } from "../../src/replication/limits.ts";
import type { DocumentInfo, RefusalType } from "../../src/replication/replicator.ts";
import {
  closeDevices,
  connect,
  createDevice,
  refusalTypes,
  sameHeads,
  until,
  untilIdle,
  untilQuiet,
  type Device,
} from "./support/device.ts";
import { signLog } from "./support/entries.ts";
import {
  alterColumns,
  chunk,
  forgeChange,
  forgeFrame,
  forgeSyncMessage,
  logColumns,
  type ForgedMessage,
} from "./support/forge.ts";

let network: Network;
let alice: Person;
let bob: Person;
let entries: VerifiedEntry[];
/** The canonical changes of `entries`. */
let changes: { readonly bytes: Uint8Array; readonly hash: Uint8Array }[];
let log: DocumentInfo;
let set: DocumentInfo;
let printed: MockInstance;

/** How many entries of alice's log the victim has before mallory comes. */
const KNOWN = 3;

beforeAll(async () => {
  printed = vi.spyOn(console, "log");
  network = createTestNetwork();
  alice = await createPerson("alice", { network });
  bob = await createPerson("bob", { network });
  entries = await signLog(network, alice, bob, 10);
  log = { kind: "log", session: alice.session, epoch: 0 };
  set = { kind: "set", account: alice.account, epoch: 0 };
  const write = createLogChanges(alice.session, 0);
  changes = [];
  for (const [position, entry] of entries.entries()) changes.push(write(position, hashBefore(position), entry.bytes));
});

afterAll(async () => {
  await closeDevices();
  expect(printed).not.toHaveBeenCalled();
});

function hashBefore(position: number): Uint8Array {
  return changes[position - 1]?.hash ?? genesisOf("log").hash;
}

function bytesAt(position: number): Uint8Array {
  return (entries[position] as VerifiedEntry).bytes;
}

/** A change with the authentic entry of a place, and something wrong about it. */
function altered(position: number, how: Partial<Parameters<typeof forgeChange>[0]>): Uint8Array {
  return forgeChange({
    deps: [hashBefore(position)],
    actor: logActor(alice.session, 0),
    sequence: position + 1,
    startOp: position + 2,
    columns: logColumns(position, bytesAt(position)),
    ...how,
  });
}

interface Mallory {
  readonly send: (message: Uint8Array) => void;
  readonly says: (document: DocumentInfo, message: ForgedMessage | Uint8Array) => void;
  /** What the victim sent her. */
  readonly received: Uint8Array[];
}

function meetMallory(victim: Device): Mallory {
  const received: Uint8Array[] = [];
  const { receive } = victim.replicator.connect("mallory", (message) => received.push(message.slice()));
  return { received, send: receive, says: (document, message) => receive(forgeFrame(network, document, message)) };
}

function createVictim(): Device {
  const victim = createDevice("victim", { network, knows: [alice, bob] });
  victim.publish(...entries.slice(0, KNOWN));
  victim.replicator.follow(set);
  return victim;
}

/** The victim serves an honest peer, ends with the honest document, and kept nothing. */
async function servesHonestPeer(victim: Device): Promise<void> {
  const honest = createDevice("honest", { network, knows: [alice, bob] });
  honest.publish(...entries);
  honest.publishItems(alice, [{ bytes: alice.inception.bytes }, { bytes: alice.grant.bytes }]);
  const pipe = connect(victim, honest);
  await until(
    "the victim has the honest log",
    () => victim.journal.size === entries.length && sameHeads(log, victim, honest),
  );
  await until("the victim has the honest set", () => sameHeads(set, victim, honest));
  await untilQuiet(pipe);
  expect(pipe.count()).toBeLessThan(40);
  expect(victim.replicator.counts().documents).toBe(2);
  expect(victim.replicator.counts().waitingEntries).toBe(0);
}

/** How the victim took each of mallory's changes, and what it kept of it. */
interface Attack {
  readonly name: string;
  readonly changes: () => readonly Uint8Array[];
  readonly refused: readonly RefusalType[];
  /** Entries that the victim has afterwards: an authentic one is taken whatever it came in. */
  readonly journal?: number;
}

const opId = (counter: number): Uint8Array => Uint8Array.of(0x7f, counter);

const attacks: readonly Attack[] = [
  {
    name: "a change that overwrites what does not exist (missing pred)",
    changes: () => [
      altered(3, {
        columns: alterColumns(logColumns(3, bytesAt(3)), {
          0x34: Uint8Array.of(1),
          0x70: opId(1),
          0x71: opId(0),
          0x73: opId(9),
        }),
      }),
    ],
    refused: ["change-not-canonical"],
    journal: 4,
  },
  {
    name: "a huge startOp",
    changes: () => [altered(3, { startOp: 100_000_000 })],
    refused: ["change-not-canonical"],
    journal: 4,
  },
  {
    name: "a startOp beyond what Automerge counts",
    changes: () => [altered(3, { startOp: 2 ** 40 })],
    refused: ["change-malformed"],
  },
  {
    name: "another entry under a taken (actor, seq)",
    changes: () => [altered(1, { columns: logColumns(1, bytesAt(5)) })],
    refused: ["change-not-canonical"],
    journal: 4,
  },
  {
    name: "garbage under a taken (actor, seq)",
    changes: () => [altered(1, { columns: logColumns(1, new Uint8Array(64).fill(7)) })],
    refused: ["not-admitted"],
  },
  {
    name: "a valid change encoded again, with a message",
    changes: () => [altered(3, { message: [0x68, 0x69] })],
    refused: ["change-malformed"],
  },
  {
    name: "a valid change encoded again, with one more actor",
    changes: () => [altered(3, { others: [new Uint8Array(16), new Uint8Array(16).fill(9)] })],
    refused: ["change-malformed"],
  },
  {
    name: "a valid change encoded again, with an empty column",
    changes: () => [altered(3, { columns: alterColumns(logColumns(3, bytesAt(3)), { 0x15: new Uint8Array() }) })],
    refused: ["change-not-canonical"],
    journal: 4,
  },
  {
    name: "a replay under another actor",
    changes: () => [altered(3, { actor: new Uint8Array(16).fill(0xaa) })],
    refused: ["change-not-canonical"],
    journal: 4,
  },
  {
    name: "a replay of a known entry under another actor",
    changes: () => [altered(1, { actor: new Uint8Array(16).fill(0xaa) })],
    refused: ["change-not-canonical"],
  },
  {
    name: "an entry overwritten",
    changes: () => [
      altered(3, {
        columns: alterColumns(logColumns(3, bytesAt(0)), {
          0x34: Uint8Array.of(1),
          0x70: opId(1),
          0x71: opId(0),
          0x73: opId(2),
        }),
      }),
    ],
    refused: ["change-not-canonical"],
  },
  {
    name: "an entry deleted",
    changes: () => [
      altered(3, {
        columns: alterColumns(logColumns(3, bytesAt(3)), {
          0x34: Uint8Array.of(1),
          0x42: Uint8Array.of(0x7f, 3),
          0x56: Uint8Array.of(0x7f, 0),
          0x57: undefined,
          0x70: opId(1),
          0x71: opId(0),
          0x73: opId(2),
        }),
      }),
    ],
    refused: ["change-malformed"],
  },
  {
    name: "the container replaced",
    changes: () => {
      const replaced = Automerge.change(
        Automerge.load<{ entries: unknown[] }>(genesisOf("log").bytes),
        { time: 0 },
        (doc) => void (doc.entries = []),
      );
      return [Automerge.getLastLocalChange(replaced) as Uint8Array];
    },
    refused: ["change-malformed"],
  },
  {
    name: "entries without their predecessors, not authentic (an orphan flood)",
    changes: () =>
      Array.from({ length: 500 }, (_, index) =>
        altered(9, {
          sequence: index + 5,
          deps: [new Uint8Array(32).fill(index)],
          columns: logColumns(9, Uint8Array.of(index % 256, 1)),
        }),
      ),
    refused: ["not-admitted"],
  },
  {
    name: "an authentic entry without its predecessors",
    changes: () => [altered(9, { deps: [new Uint8Array(32).fill(1)] })],
    refused: [],
    journal: 4,
  },
  {
    name: "the entry of another session",
    changes: () => [altered(3, { columns: logColumns(3, alice.grant.bytes) })],
    refused: ["not-admitted"],
  },
  { name: "a whole document", changes: () => [wholeDocument()], refused: ["whole-document"] },
  { name: "a bundle chunk", changes: () => [chunk(3, new Uint8Array(40))], refused: ["change-malformed"] },
  { name: "a compressed change", changes: () => [chunk(2, new Uint8Array(40))], refused: ["change-compressed"] },
  {
    name: "an entry of 100 kB",
    changes: () => [altered(3, { columns: logColumns(3, new Uint8Array(100_000)) })],
    refused: ["change-too-large"],
  },
  {
    name: "a change cut short",
    changes: () => [(changes[3]?.bytes ?? new Uint8Array()).subarray(0, 100)],
    refused: ["change-malformed"],
  },
  { name: "no change at all", changes: () => [new Uint8Array()], refused: ["change-malformed"] },
  {
    name: "a second genesis",
    changes: () => [altered(0, { deps: [], columns: logColumns(0, bytesAt(0)) })],
    refused: ["change-malformed"],
  },
];

function wholeDocument(): Uint8Array {
  const [document] = Automerge.applyChanges(
    Automerge.load(genesisOf("log").bytes),
    changes.map(({ bytes }) => bytes),
  );
  return Automerge.save(document);
}

test.concurrent.each(attacks)("[GRD3][GRD5] $name", async ({ changes: hostile, refused, journal = KNOWN }) => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  mallory.says(log, { changes: hostile() });
  mallory.says(log, { heads: [new Uint8Array(32).fill(1)] });
  await until(
    "it is dealt with",
    () => victim.journal.size === journal && refusalTypes(victim).join() === [...refused].toSorted().join(),
  );
  await servesHonestPeer(victim);
});

test.concurrent.each(attacks)("[GRD7] again and again: $name", async ({ changes: hostile, refused }) => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round < 40; round++) {
    mallory.says(log, { heads: [new Uint8Array(32).fill(round)], changes: hostile() });
    await untilIdle(victim);
  }
  expect(victim.refusals.length).toBeLessThanOrEqual(Math.max(STRIKES_MAX, UNADMITTED_MAX) + 2);
  const ended = refused.includes("not-admitted") ? "document-suspended" : "document-cut-off";
  expect(refusalTypes(victim).includes(ended)).toBe(refused.length > 0);
  await servesHonestPeer(victim);
});

test("[GRD3] good changes in a message with bad ones are used", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  const good = changes.slice(KNOWN).map(({ bytes }) => bytes);
  mallory.says(log, { changes: [altered(9, { startOp: 2 ** 33 }), ...good, wholeDocument(), Uint8Array.of(1, 2, 3)] });
  await until("the good ones are in", () => victim.journal.size === entries.length);
  expect(victim.replicator.headsOf(log)).toEqual([Buffer.from(changes.at(-1)?.hash ?? []).toString("hex")]);
  expect(refusalTypes(victim)).toEqual(["change-malformed", "whole-document"]);
  await servesHonestPeer(victim);
});

test("[GRD7] a document's refusals cut the peer off from that document alone", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round <= STRIKES_MAX; round++) mallory.says(log, { changes: [wholeDocument()] });
  await until("she is cut off", () => refusalTypes(victim).includes("document-cut-off"));
  const told = mallory.received
    .map((message) => decodeFrame(message))
    .map((frame) => (frame.ok ? frame.value.type : "?"));
  expect(told).toContain("doc-unavailable");
  const seen = victim.refusals.length;
  mallory.says(log, { changes: changes.slice(KNOWN).map(({ bytes }) => bytes) });
  mallory.says(set, { changes: [itemChange(itemKey(alice.inception.bytes), alice.inception.bytes).bytes] });
  await until("the other document still works", () => victim.items.size === 1);
  expect(victim.journal.size).toBe(KNOWN);
  expect(victim.refusals.length).toBe(seen);
  await servesHonestPeer(victim);
});

test("[GRD7] after a connection anew she may try again", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round <= STRIKES_MAX; round++) mallory.says(log, { changes: [wholeDocument()] });
  await until("she is cut off", () => refusalTypes(victim).includes("document-cut-off"));
  meetMallory(victim).says(log, { changes: changes.slice(KNOWN).map(({ bytes }) => bytes) });
  await until("it is taken", () => victim.journal.size === entries.length);
});

test("[GRD1] messages that are no messages: garbage, CBOR null, other kinds, too long", async () => {
  const victim = createVictim();
  const { send } = meetMallory(victim);
  const frame = encodeFrame({ type: "sync", document: "ab".repeat(32), data: new Uint8Array(5) });
  const bad = [
    new Uint8Array(),
    Uint8Array.of(0xf6),
    Uint8Array.of(0xff, 0xff, 0xff),
    crypto.getRandomValues(new Uint8Array(300)),
    frame.subarray(0, 20),
    concatBytes(frame, Uint8Array.of(0)),
    encodeCbor(new Map([[0, 3]])),
    encodeCbor(
      new Map<number, number | Uint8Array>([
        [0, 0],
        [1, new Uint8Array(31)],
        [2, new Uint8Array()],
      ]),
    ),
    encodeCbor(
      new Map<number, number | Uint8Array>([
        [0, 0],
        [1, new Uint8Array(32)],
        [2, new Uint8Array()],
        [3, 1],
      ]),
    ),
    new Uint8Array(20 * 1024 * 1024),
  ];
  for (const message of bad) send(message);
  expect(victim.refusals.map(({ refusal }) => refusal.type)).toEqual(bad.map(() => "message-malformed"));
  await servesHonestPeer(victim);
});

const hash = new Uint8Array(32).fill(3);
const bloom = (...bytes: readonly number[]): ForgedMessage => ({
  have: [{ lastSync: [], bloom: Uint8Array.from(bytes) }],
});

test.concurrent.each<{ readonly name: string; readonly data: () => Uint8Array; readonly refused?: RefusalType }>([
  { name: "nothing", data: () => new Uint8Array() },
  { name: "garbage", data: () => new Uint8Array(200).fill(0x42) },
  { name: "a message of version 2", data: () => Uint8Array.of(0x43, 0, 0, 0, 0) },
  { name: "a Bloom filter without bits", data: () => forgeSyncMessage(bloom(1, 0, 7)) },
  {
    name: "a Bloom filter with four billion probes",
    data: () => forgeSyncMessage(bloom(1, 10, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0)),
  },
  { name: "a Bloom filter of no entries", data: () => forgeSyncMessage(bloom(0, 10, 7)) },
  { name: "a Bloom filter that is shorter than it says", data: () => forgeSyncMessage(bloom(100, 10, 7, 1)) },
  {
    name: "two summaries of what is had",
    data: () => forgeSyncMessage({ have: [0, 1].map(() => ({ lastSync: [], bloom: new Uint8Array() })) }),
  },
  { name: "ten thousand heads", data: () => forgeSyncMessage({ heads: Array.from({ length: 10_000 }, () => hash) }) },
  { name: "ten thousand needs", data: () => forgeSyncMessage({ need: Array.from({ length: 10_000 }, () => hash) }) },
  { name: "a count of four billion changes", data: () => Uint8Array.of(0x42, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f) },
  {
    name: "more changes than a document holds",
    data: () => forgeSyncMessage({ changes: Array.from({ length: 600 }, () => new Uint8Array()) }),
    refused: "too-many-changes",
  },
  { name: "something after its end", data: () => concatBytes(forgeSyncMessage({}), Uint8Array.of(1, 2, 3, 4)) },
])("[GRD2] a sync message that is none: $name", async ({ data, refused = "sync-message-malformed" }) => {
  const victim = createVictim();
  meetMallory(victim).says(log, data());
  expect(victim.refusals.map(({ refusal }) => refusal.type)).toEqual([refused]);
  await servesHonestPeer(victim);
});

test("[GRD2] heads, needs and summaries that mean nothing are answered once each and leave nothing", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round < 50; round++) {
    const random = crypto.getRandomValues(new Uint8Array(32));
    mallory.says(log, {
      heads: [random],
      need: [random, hash],
      have: [{ lastSync: [random], bloom: new Uint8Array() }],
    });
  }
  await until("she has answers", () => mallory.received.length > 10);
  expect(mallory.received.length).toBeLessThan(120);
  await servesHonestPeer(victim);
});

test("[GRD6] unknown documents by the thousand leave nothing behind", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round < 5_000; round++) {
    const document = crypto.getRandomValues(new Uint8Array(32));
    mallory.send(
      encodeFrame({
        type: round % 2 === 0 ? "request" : "sync",
        document: Buffer.from(document).toString("hex"),
        data: forgeSyncMessage({}),
      }),
    );
  }
  expect(victim.refusals).toHaveLength(5_000);
  expect(refusalTypes(victim)).toEqual(["document-unknown"]);
  await servesHonestPeer(victim);
});

test("[GRD6] a denied document is neither shown nor written", async () => {
  const victim = createDevice("victim", { network, knows: [alice, bob], mayAccess: (peer) => peer !== "mallory" });
  victim.publish(...entries.slice(0, KNOWN));
  victim.replicator.follow(set);
  const mallory = meetMallory(victim);
  mallory.says(log, { changes: changes.map(({ bytes }) => bytes) });
  mallory.says(log, { need: [changes[0]?.hash ?? hash] });
  await servesHonestPeer(victim);
  expect(refusalTypes(victim)).toEqual(["document-denied"]);
  expect(
    mallory.received.map((message) => decodeFrame(message)).map((frame) => (frame.ok ? frame.value.type : "?")),
  ).toEqual(["doc-unavailable", "doc-unavailable"]);
});

test("[GRD4] a log that is not hers cannot be written by someone else's signature", async () => {
  const victim = createVictim();
  const [forged] = await signLog(network, { ...alice, signer: bob.signer }, bob, 1, entries[KNOWN - 1]);
  const change = createLogChanges(alice.session, 0)(KNOWN, hashBefore(KNOWN), forged?.bytes ?? hash);
  meetMallory(victim).says(log, { changes: [change.bytes] });
  await until("it is refused", () => refusalTypes(victim).join() === "not-admitted");
  expect(victim.journal.size).toBe(KNOWN);
  await servesHonestPeer(victim);
});

test("[GRD7] a flood while the journal is slow is bounded, and what was dropped comes again", async () => {
  let release: (() => void) | undefined;
  let isSlow = true;
  const victim = createDevice("victim", {
    network,
    knows: [alice, bob],
    disk: () => (isSlow ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve()),
  });
  victim.publish(...entries.slice(0, KNOWN));
  victim.replicator.follow(set);
  const mallory = meetMallory(victim);
  for (let round = 0; round < 200; round++) mallory.says(log, { changes: [changes[4]?.bytes ?? hash] });
  await until("she is told to wait", () => refusalTypes(victim).includes("too-busy"));
  const refused = victim.refusals.length;
  expect(refused).toBeGreaterThan(150);
  isSlow = false;
  release?.();
  const reset = Buffer.from(forgeFrame(network, log, {}));
  await until("she is asked for all again", () => mallory.received.some((message) => reset.equals(message)));
  await servesHonestPeer(victim);
});

test("[GRD7] a journal that fails is not held against the peer", async () => {
  let fails = true;
  const victim = createDevice("victim", {
    network,
    knows: [alice, bob],
    disk: () => (fails ? Promise.reject(new Error("no space left")) : Promise.resolve()),
  });
  victim.replicator.follow(log);
  const honest = createDevice("honest", { network, knows: [alice] });
  honest.publish(...entries);
  const pipe = connect(victim, honest);
  await until("it failed", () => refusalTypes(victim).includes("journal-failed"));
  await untilQuiet(pipe);
  expect(refusalTypes(victim)).toEqual(["journal-failed"]);
  fails = false;
  victim.publishItems(alice, [{ bytes: hexToBytes("82a0") }]);
  await until("all is there", () => sameHeads(log, victim, honest));
});
