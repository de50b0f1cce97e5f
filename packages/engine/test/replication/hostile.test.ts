/**
 * Mallory against the guard. Whatever she sends, the victim takes nothing but authentic entries, throws nothing, prints
 * nothing, holds no more than it should, and goes on serving an honest peer, with the same document as ever.
 */
import { afterAll, beforeAll, expect, test, vi, type MockInstance } from "vitest";
import { concatBytes, encodeCbor, hexToBytes, type Network, type VerifiedEntry } from "@amigos/core";
import { createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import { createLogChanges, itemChange, itemKey } from "../../src/replication/canonical-change.ts";
import { decodeFrame, encodeFrame } from "../../src/replication/frame.ts";
import { STRIKES_MAX, UNADMITTED_MAX } from "../../src/replication/limits.ts";
import type { DocumentInfo } from "../../src/replication/replicator.ts";
import {
  AttackedLog,
  DOCUMENT_ATTACKS,
  ENTRIES_BEFORE_ATTACK as KNOWN,
  SYNC_MESSAGE_ATTACKS,
} from "../../src/testing/document-attacks.ts";
import { forgeFrame, forgeSyncMessage, type ForgedMessage } from "../../src/testing/forge.ts";
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

const HASH = new Uint8Array(32).fill(3);

let network: Network;
let alice: Person;
let bob: Person;
let entries: VerifiedEntry[];
let attacked: AttackedLog;
let log: DocumentInfo;
let set: DocumentInfo;
let printed: MockInstance;

beforeAll(async () => {
  printed = vi.spyOn(console, "log");
  network = createTestNetwork();
  alice = await createPerson("alice", { network });
  bob = await createPerson("bob", { network });
  entries = await signLog(network, alice, bob, 10);
  log = { kind: "log", session: alice.session, epoch: 0 };
  set = { kind: "set", account: alice.account, epoch: 0 };
  attacked = new AttackedLog(
    alice.session,
    entries.map(({ bytes }) => bytes),
  );
});

afterAll(async () => {
  await closeDevices();
  expect(printed).not.toHaveBeenCalled();
});

function changesFrom(position: number): readonly Uint8Array[] {
  return attacked.changes.slice(position).map(({ bytes }) => bytes);
}

interface Mallory {
  readonly send: (message: Uint8Array) => void;
  readonly says: (document: DocumentInfo, message: ForgedMessage | Uint8Array) => void;
  /** What the victim sent her. */
  readonly received: Uint8Array[];
}

function meetMallory(victim: Device): Mallory {
  const received: Uint8Array[] = [];
  const { receive } = victim.replicator.connect("mallory", "mallory", (message) => received.push(message.slice()));
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

test.concurrent.each(DOCUMENT_ATTACKS)("[GRD3][GRD5] $name", async ({ changes, refused, taken = 0 }) => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  mallory.says(log, { changes: changes(attacked) });
  mallory.says(log, { heads: [new Uint8Array(32).fill(1)] });
  await until(
    "it is dealt with",
    () => victim.journal.size === KNOWN + taken && refusalTypes(victim).join() === [...refused].toSorted().join(),
  );
  await servesHonestPeer(victim);
});

test.concurrent.each(DOCUMENT_ATTACKS)("[GRD7] again and again: $name", async ({ changes, refused }) => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round < 40; round++) {
    mallory.says(log, { heads: [new Uint8Array(32).fill(round)], changes: changes(attacked) });
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
  const good = changesFrom(KNOWN);
  mallory.says(log, {
    changes: [attacked.altered(9, { startOp: 2 ** 33 }), ...good, attacked.wholeDocument(), Uint8Array.of(1, 2, 3)],
  });
  await until("the good ones are in", () => victim.journal.size === entries.length);
  expect(victim.replicator.headsOf(log)).toEqual([Buffer.from(attacked.changes.at(-1)?.hash ?? []).toString("hex")]);
  expect(refusalTypes(victim)).toEqual(["change-malformed", "whole-document"]);
  await servesHonestPeer(victim);
});

test("[GRD7] a document's refusals cut the peer off from that document alone", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round <= STRIKES_MAX; round++) mallory.says(log, { changes: [attacked.wholeDocument()] });
  await until("she is cut off", () => refusalTypes(victim).includes("document-cut-off"));
  const told = mallory.received
    .map((message) => decodeFrame(message))
    .map((frame) => (frame.ok ? frame.value.type : "?"));
  expect(told).toContain("doc-unavailable");
  const seen = victim.refusals.length;
  mallory.says(log, { changes: changesFrom(KNOWN) });
  mallory.says(set, { changes: [itemChange(itemKey(alice.inception.bytes), alice.inception.bytes).bytes] });
  await until("the other document still works", () => victim.items.size === 1);
  expect(victim.journal.size).toBe(KNOWN);
  expect(victim.refusals.length).toBe(seen);
  await servesHonestPeer(victim);
});

test("[GRD7] after a connection anew she may try again", async () => {
  const victim = createVictim();
  const mallory = meetMallory(victim);
  for (let round = 0; round <= STRIKES_MAX; round++) mallory.says(log, { changes: [attacked.wholeDocument()] });
  await until("she is cut off", () => refusalTypes(victim).includes("document-cut-off"));
  meetMallory(victim).says(log, { changes: changesFrom(KNOWN) });
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

test.concurrent.each(SYNC_MESSAGE_ATTACKS)("[GRD2] a sync message that is none: $name", async ({ data, refused }) => {
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
      need: [random, HASH],
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
  mallory.says(log, { changes: changesFrom(0) });
  mallory.says(log, { need: [attacked.changes[0]?.hash ?? HASH] });
  await servesHonestPeer(victim);
  expect(refusalTypes(victim)).toEqual(["document-denied"]);
  expect(
    mallory.received.map((message) => decodeFrame(message)).map((frame) => (frame.ok ? frame.value.type : "?")),
  ).toEqual(["doc-unavailable", "doc-unavailable"]);
});

test("[GRD4] a log that is not hers cannot be written by someone else's signature", async () => {
  const victim = createVictim();
  const [forged] = await signLog(network, { ...alice, signer: bob.signer }, bob, 1, entries[KNOWN - 1]);
  const change = createLogChanges(alice.session, 0)(KNOWN, attacked.hashBefore(KNOWN), forged?.bytes ?? HASH);
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
  for (let round = 0; round < 200; round++) mallory.says(log, { changes: [attacked.changes[4]?.bytes ?? HASH] });
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
