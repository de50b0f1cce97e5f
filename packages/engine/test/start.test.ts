/** Starting: a fresh wallet on an old ledger takes the state over, and what was before it is neither replayed nor guessed. */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  checkpointTag,
  encodeBundle,
  encodeEvidence,
  openedSession,
  orThrow,
  proveEquivocation,
  sequence,
  timeMs,
  type CheckpointReference,
  type Height,
  type OrderedControl,
  type SessionId,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, AMI, createPerson, createTestNetwork, namedSigner, signPayment, type Person } from "@amigos/core/testing";
import {
  Replica,
  StoreError,
  verifyArchive,
  type Clock,
  type Link,
  type ReplicaOptions,
  type Store,
} from "@amigos/engine";
import { balanceOf, decodeCheckpointRecord, encodeLedgerState, stateRoot } from "@amigos/reconcile";
import { afterEach, describe, expect, it } from "vitest";
import type { PeerMessage } from "../src/peer/messages.ts";
import { CheckpointGiver } from "../src/replica/checkpoint-giver.ts";
import { CheckpointLane } from "../src/replica/checkpoint-lane.ts";
import { decodeRecordWithPast, encodeRecordWithPast, type EncodedPast } from "../src/replica/past.ts";
import { encodeStart } from "../src/replica/start.ts";
import { StateShelf } from "../src/replica/state-shelf.ts";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";
import { dyingAfter } from "./disks.ts";
import { grants } from "./grants.ts";

const network = createTestNetwork(["alice", "bob", "carol"]);
const expiry = timeMs(systemClock.now() + 86_400_000);
const [alice, bob, carol] = [
  await createPerson("alice", { network, expiry }),
  await createPerson("bob", { network, expiry }),
  await createPerson("carol", { network, expiry }),
];

/** More checkpoints than a wallet replays that has just begun. */
const MANY = 129;

const opened: Replica[] = [];
afterEach(async () => {
  for (const replica of opened.splice(0)) await replica.close();
});

/** A hub on this store, with so many links to it. */
async function openLedger(links = 0): Promise<{ readonly hub: Replica; readonly ends: readonly Link[] }> {
  const pairs = Array.from({ length: links }, (_unused, index) => pair("hub", `phone ${index}`));
  const hub = await openHub(
    network,
    fresh("hub"),
    pairs.map(({ left }) => left),
  );
  opened.push(hub);
  return { hub, ends: pairs.map(({ right }) => right) };
}

function openPhone(person: Person, store: Store, ...links: readonly (Link | undefined)[]): Promise<Replica> {
  return openPhoneWith(person, { store, links: links.flatMap((link) => link ?? []) });
}

type PhoneOptions = Pick<ReplicaOptions, "store" | "links" | "isFromGenesis">;

function phoneOf({ signer, account, session }: Person, options: PhoneOptions): ReplicaOptions {
  const provided = { clock: systemClock, random: systemRandom };
  return { ...options, ...provided, network, signer, account, session, isProvisional: true };
}

async function openPhoneWith(person: Person, options: PhoneOptions): Promise<Replica> {
  const replica = await Replica.load(phoneOf(person, options));
  opened.push(replica);
  await replica.introduce({ inceptions: [person.inception], control: [person.grant] });
  await replica.connect();
  return replica;
}

function bundleOf({ inception, grant }: Person, entries: readonly VerifiedEntry[]): Uint8Array {
  return encodeBundle({
    version: 1,
    network: network.tag,
    accounts: [{ inception: inception.bytes, control: [grant.bytes] }],
    entries: entries.map(({ bytes }) => bytes),
  });
}

interface Paying {
  readonly after?: VerifiedEntry;
  readonly on?: CheckpointReference;
  readonly cents?: number;
  readonly dependencies?: readonly VerifiedEntry[];
}

function pay(from: Person, to: Person, { after, on, cents = 0, dependencies }: Paying = {}): Promise<VerifiedEntry> {
  return signPayment(from, {
    network,
    to: to.account,
    money: ami(1, cents),
    time: systemClock.now(),
    ...(after === undefined ? {} : { after }),
    ...(on === undefined ? {} : { checkpoint: on }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map(({ id }) => id) }),
  });
}

function newest({ settled }: Replica): CheckpointReference {
  return { height: settled.height, tag: checkpointTag(settled.checkpoint) };
}

async function give(replica: Replica, from: Person, ...entries: readonly VerifiedEntry[]): Promise<void> {
  orThrow(await replica.ingest(bundleOf(from, entries)));
}

async function settleTo(hub: Replica, height: number): Promise<void> {
  while (hub.settled.height < height) await settle(hub);
}

function follows(phone: Replica, hub: Replica): Promise<unknown> {
  return until("the phone follows", () => phone.settled.height === hub.settled.height);
}

/** So many payments to bob, one after the other. */
async function logOf(person: Person, amount: number): Promise<readonly VerifiedEntry[]> {
  const log: VerifiedEntry[] = [];
  while (log.length < amount) {
    const after = log.at(-1);
    log.push(await pay(person, bob, after === undefined ? {} : { after }));
  }
  return log;
}

/** `"129 starts at 129, 99.00 for alice"` */
function summary(replica: Replica, person: Person): string {
  const whole = balanceOf(replica.settled, person.account, AMI) / 100n;
  return `${replica.settled.height} starts at ${replica.start}, ${whole} for ${person.name}`;
}

async function recordsOf(store: Store): Promise<readonly number[]> {
  return (await store.list("checkpoint/")).map(({ key }) => Number(key.split("/")[1]));
}

/** Opens what a phone left, without any link. */
async function reopened(person: Person, phone: Replica, name: string): Promise<Replica> {
  await phone.close();
  return openPhone(person, await openStore(name));
}

describe("a fresh wallet", () => {
  it("[PEER8] [DEV6] on an old ledger starts from the state, and follows what comes by replaying it", async () => {
    const { hub, ends } = await openLedger(1);
    await give(hub, alice, await pay(alice, bob));
    await settleTo(hub, MANY);
    const name = fresh("bob");
    const store = await openStore(name);
    const phone = await openPhone(bob, store, ends[0]);
    await follows(phone, hub);
    expect(summary(phone, bob)).toBe("129 starts at 129, 101 for bob");
    expect(await recordsOf(store)).toEqual([]);

    await give(hub, carol, await pay(carol, bob, { on: newest(hub) }));
    await settle(hub);
    await follows(phone, hub);
    expect(summary(phone, bob)).toBe("130 starts at 129, 102 for bob");
    expect(stateRoot(phone.settled)).toBe(stateRoot(hub.settled));
    expect(await recordsOf(store)).toEqual([130]);
    expect(summary(await reopened(bob, phone, name), bob)).toBe("130 starts at 129, 102 for bob");
  });

  it("[PEER8] on a young ledger replays it", async () => {
    const { hub, ends } = await openLedger(1);
    await give(hub, alice, await pay(alice, bob));
    await settleTo(hub, MANY - 1);
    const phone = await openPhone(bob, await openStore(fresh("bob")), ends[0]);
    await follows(phone, hub);
    expect(summary(phone, bob)).toBe("128 starts at undefined, 101 for bob");
  });

  it("[PEER8] that wants to replays whatever there is", async () => {
    const { hub, ends } = await openLedger(1);
    await settleTo(hub, MANY);
    const store = await openStore(fresh("bob"));
    const phone = await openPhoneWith(bob, { store, links: ends, isFromGenesis: true });
    await follows(phone, hub);
    expect(summary(phone, bob)).toBe("129 starts at undefined, 100 for bob");
  });

  it("[PEER8] that has signed something follows from the genesis what becomes of it", async () => {
    const { hub, ends } = await openLedger(1);
    await settleTo(hub, MANY);
    const store = await openStore(fresh("bob"));
    const phone = await openPhone(bob, store, ends[0]);
    await give(phone, bob, await pay(bob, alice));
    await follows(phone, hub);
    expect(phone.start).toBe(undefined);
    expect((await recordsOf(store)).length).toBe(MANY);
  });

  it("[PEER8] starts from another wallet that started, and not from one that is fresh itself", async () => {
    const { hub, ends } = await openLedger(1);
    await give(hub, alice, await pay(alice, bob));
    await settleTo(hub, MANY);
    const between = pair("bob", "carol");
    const first = await openPhone(bob, await openStore(fresh("bob")), ends[0], between.left);
    await follows(first, hub);
    const second = await openPhone(carol, await openStore(fresh("carol")), between.right);
    await follows(second, hub);
    expect(summary(second, bob)).toBe("129 starts at 129, 101 for bob");
  });

  it("[PEER8] shows what it has, and from which height on it knows more", async () => {
    const world = await createWorld(["alice", "bob"]);
    const link = pair("hub", "bob");
    const hub = await openHub(world.network, fresh("hub"), [link.left]);
    const payer = await openDevice(world.people.alice, world.network, await openStore(fresh("alice")), []);
    const to = world.people.bob.grant.inception.id;
    const payment = await payer.pay(to, "5.00 AMI");
    orThrow(await hub.ingest(payer.handover(payment.id)));
    await settleTo(hub, MANY);
    const wallet = await openDevice(world.people.bob, world.network, await openStore(fresh("bob")), [link.right]);
    await wallet.when((view) => view.ledger.height === MANY || undefined);
    const { view } = wallet;
    expect([view.balances[0]?.available, view.payments.length, view.ledger.startedAt]).toEqual([10500n, 0, MANY]);
    await Promise.all([payer.close(), wallet.close(), hub.close()]);
  });
});

describe("a state", () => {
  async function offered(): Promise<{
    readonly hub: Replica;
    readonly phone: Replica;
    readonly checkpoint: Uint8Array;
  }> {
    const { hub } = await openLedger();
    await give(hub, alice, await pay(alice, bob));
    await settleTo(hub, 2);
    const phone = await openPhone(bob, await openStore(fresh("bob")));
    const record = orThrow(decodeCheckpointRecord((await hub.archive.recordBytes(2 as Height)) as Uint8Array));
    return { hub, phone, checkpoint: record.checkpoint };
  }

  it("[PEER8] that is not the one that was signed is not taken over", async () => {
    const { hub, phone, checkpoint } = await offered();
    const { hub: other } = await openLedger();
    await settleTo(other, 2);
    const later = timeMs(hub.settled.time + 1);
    const states = [other.settled, { ...hub.settled, time: later }, { ...hub.settled, height: 3 as Height }];
    for (const state of states) {
      const refused = await phone.startFrom(encodeStart(state, checkpoint));
      expect(refused.ok ? refused.value : refused.error.type).toBe("state-differs");
    }
    expect(phone.settled.height).toBe(0);
  });

  it("[PEER8] of a stranger's hand, or no state at all, is not taken over", async () => {
    const { hub, phone, checkpoint } = await offered();
    const { hub: forged } = await openLedger();
    await forged.settle(systemClock.now(), namedSigner("mallory"));
    const signed = (await forged.archive.signedCheckpoint(1 as Height)) as Uint8Array;
    const outcomes = await Promise.all(
      [encodeStart(forged.settled, signed), encodeStart(hub.settled, Uint8Array.of(1)), checkpoint].map(
        async (bytes) => {
          const started = await phone.startFrom(bytes);
          return started.ok ? started.value : started.error.type;
        },
      ),
    );
    expect(outcomes).toEqual(["signature-invalid", "malformed", "schema-mismatch"]);
    expect(phone.start, "still fresh").toBe(0);
  });

  it("[PEER8] is taken over once, by a wallet that has signed nothing, and by no hub", async () => {
    const { hub, phone, checkpoint } = await offered();
    const bytes = encodeStart(hub.settled, checkpoint);
    const { hub: another } = await openLedger();
    const busy = await openPhone(alice, await openStore(fresh("alice")));
    await give(busy, alice, await pay(alice, bob));
    const outcomes = [];
    for (const replica of [phone, phone, another, busy]) outcomes.push(orThrow(await replica.startFrom(bytes)));
    expect(outcomes).toEqual(["started", "not-fresh", "not-fresh", "not-fresh"]);
    expect(another.start).toBe(undefined);
  });
});

describe("a state on its way", () => {
  const size = 5_000_000;

  it("[PEER8] comes in portions that a slow reader has room for, and is asked for until it is whole", async () => {
    const bytes = Uint8Array.from({ length: size }, (_unused, index) => index % 251);
    const taken: Uint8Array[] = [];
    const giver = new CheckpointGiver({
      host: { settled: { height: MANY }, encodeStart: async () => bytes } as unknown as Replica,
      clock: systemClock,
    });
    const host = {
      settled: { height: 0 },
      start: 0,
      startFrom: async (whole: Uint8Array) => {
        taken.push(whole);
        return { ok: true, value: "started" };
      },
    } as unknown as Replica;
    const lane = new CheckpointLane({
      host,
      clock: systemClock,
      onEvent: () => undefined,
      onReceived: () => undefined,
      onLevel: () => undefined,
    });
    const portions: number[] = [];
    const wallet = { isHub: false, send: (message: PeerMessage) => sent.push(message), refuse: () => undefined };
    const asked: PeerMessage[] = [];
    const hub = { isHub: true, send: (message: PeerMessage) => asked.push(message), refuse: () => undefined };
    let sent: PeerMessage[] = [];
    lane.add(hub);
    lane.onAnnouncement(hub, MANY as Height);
    for (let next = asked.pop(); next !== undefined; next = asked.pop()) {
      sent = [];
      if (next.type === "checkpoints-request") await giver.onRequest(wallet, next);
      else if (next.type === "state-request") giver.onStateRequest(wallet, next);
      portions.push(sent.filter(({ type }) => type === "state-part").length);
      for (const message of sent)
        if (message.type === "state-part") await lane.onPart(hub, message);
        else if (message.type === "checkpoints-end") lane.onEnd(hub);
    }
    expect(portions.filter((parts) => parts > 0)).toEqual([8, 8, 4]);
    expect(taken).toEqual([bytes]);
    lane.close();
    giver.close();
  });

  it("[PEER8] stays as it is while it is read, is made seldom, and few are held", async () => {
    const clock = new HandClock();
    const shelf = new StateShelf(clock);
    const take = async (height: number): Promise<number | undefined> =>
      (await shelf.newest(height as Height, async () => Uint8Array.of(height)))?.height;
    expect([await take(1), await take(2)], "too soon for another").toEqual([1, 1]);
    for (const height of [2, 3, 4]) {
      clock.pass(10_000);
      for (const read of [1, 2, 3]) shelf.at(read as Height);
      expect(await take(height)).toBe(height);
    }
    clock.pass(10_000);
    expect(await take(5), "four are held").toBe(4);
    expect(shelf.at(1 as Height)?.bytes).toEqual(Uint8Array.of(1));
    clock.pass(30_000);
    expect([shelf.at(1 as Height), await take(6)]).toEqual([undefined, 6]);
    for (let seconds = 0; seconds < 600; seconds += 20) {
      expect(shelf.at(6 as Height)?.height).toBe(6);
      clock.pass(20_000);
    }
    expect(shelf.at(6 as Height), "for ten minutes").toBe(undefined);
    expect(await shelf.newest(7 as Height, async () => undefined)).toBe(undefined);
    shelf.close();
  });

  it("[PEER8] is made once for all who ask at the same time, and not looked for again at once when there is none", async () => {
    const clock = new HandClock();
    const shelf = new StateShelf(clock);
    let made = 0;
    const ask = (bytes?: Uint8Array) => shelf.newest(1 as Height, async () => (made++, bytes));
    const all = await Promise.all([ask(), ask(), ask()]);
    expect([all, made]).toEqual([[undefined, undefined, undefined], 1]);
    clock.pass(10_000);
    const bytes = Uint8Array.of(1);
    const states = await Promise.all([ask(bytes), ask(bytes), ask(bytes)]);
    expect([states.map((state) => state?.height), made]).toEqual([[1, 1, 1], 2]);
    const last = ask(bytes);
    shelf.close();
    expect([await last, clock.waiting], "nothing goes off after that").toEqual([undefined, 0]);
  });
});

describe("what is named of the time before the start", () => {
  it("[PEER9] a payment that was signed on an older checkpoint is replayed, on every phone and after every restart", async () => {
    const { hub, ends } = await openLedger(1);
    const first = await pay(alice, bob);
    await give(hub, alice, first);
    await settleTo(hub, 3);
    const old = await pay(alice, bob, { after: first, on: newest(hub), dependencies: [first] });
    await settleTo(hub, MANY);
    const name = fresh("bob");
    const between = pair("bob", "carol");
    const phone = await openPhone(bob, await openStore(name), ends[0], between.left);
    await follows(phone, hub);
    await give(hub, alice, old);
    await settle(hub);
    await follows(phone, hub);
    expect(summary(phone, bob)).toBe("130 starts at 129, 102 for bob");
    await settleTo(hub, MANY + 5);
    await follows(phone, hub);

    const second = await openPhone(carol, await openStore(fresh("carol")), between.right);
    await follows(second, hub);
    expect(summary(second, bob)).toBe("134 starts at 134, 102 for bob");
    expect(summary(await reopened(bob, phone, name), bob)).toBe("134 starts at 129, 102 for bob");
  });

  it("[PEER9] is passed on by who started to who started at the same height", async () => {
    const { hub, ends } = await openLedger(2);
    await settleTo(hub, 3);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, MANY);
    const between = pair("bob", "carol");
    const phone = await openPhone(bob, await openStore(fresh("bob")), ends[0], between.left);
    const name = fresh("carol");
    const second = await openPhone(carol, await openStore(name), ends[1]);
    await follows(phone, hub);
    await follows(second, hub);
    await second.close();
    await give(hub, alice, old);
    await settle(hub);
    await follows(phone, hub);
    const again = await openPhone(carol, await openStore(name), between.right);
    await follows(again, hub);
    expect(summary(again, bob)).toBe("130 starts at 129, 101 for bob");
  });

  it("[PEER9] a second side of a place that was settled before the start freezes its session there too", async () => {
    const { hub, ends } = await openLedger(1);
    const [one, two] = [await pay(alice, bob), await pay(alice, carol, { cents: 5 })];
    await give(hub, alice, one);
    await settleTo(hub, MANY);
    const name = fresh("bob");
    const phone = await openPhone(bob, await openStore(name), ends[0]);
    await follows(phone, hub);
    await give(hub, alice, two);
    await settle(hub);
    await follows(phone, hub);
    expect(stateRoot(phone.settled)).toBe(stateRoot(hub.settled));
    expect(phone.isForked(alice.session)).toBe(true);
    const again = await reopened(bob, phone, name);
    expect([again.settled.height, again.isForked(alice.session)]).toEqual([130, true]);
  });

  it("[PEER9] what is missing, of a stranger's hand or of somebody else's making keeps the record from being followed", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 1);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    await give(hub, alice, old);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    const past = await namedBy(hub, old);
    const { hub: other } = await openLedger();
    await other.settle(systemClock.now(), namedSigner("mallory"));
    const forged = (await other.archive.signedCheckpoint(1 as Height)) as Uint8Array;
    const outcomes = [];
    for (const wrong of [
      { checkpoints: [], entries: [] },
      { checkpoints: [forged], entries: [] },
      { checkpoints: [], entries: [Uint8Array.of(1)] },
      past,
    ]) {
      const applied = await phone.applyCheckpoint(record, wrong);
      outcomes.push(applied.ok ? applied.value : applied.error.type);
    }
    expect(outcomes).toEqual(["root-mismatch", "signature-invalid", "malformed", "applied"]);
  });

  it("[PEER9] a second side that depends on what is not settled is void there too, and one on what was settled is not", async () => {
    const { hub } = await openLedger();
    const first = await pay(alice, bob);
    await give(hub, alice, first);
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    const unsettled = await pay(alice, carol, { after: first });
    const beside = await pay(alice, bob, { cents: 3, dependencies: [unsettled] });
    await give(hub, alice, beside);
    await settle(hub);
    const record = async (height: number): Promise<Uint8Array> =>
      (await hub.archive.recordBytes(height as Height)) as Uint8Array;
    expect(orThrow(await phone.applyCheckpoint(await record(4), await namedBy(hub, beside)))).toBe("applied");
    const dependent = await pay(carol, bob, { dependencies: [first] });
    await give(hub, carol, dependent);
    await settle(hub);
    const { settled } = await hub.archive.namedBy([dependent], 5 as Height);
    expect(settled).toEqual([{ height: 1, id: first.id }]);
    const past = { checkpoints: [], entries: [], settled: [unsettled.id, first.id] };
    expect(orThrow(await phone.applyCheckpoint(await record(5), past))).toBe("applied");
    const again = await reopened(bob, phone, name);
    expect(stateRoot(again.settled)).toBe(stateRoot(hub.settled));
    expect((await again.archive.namedBy([dependent], 5 as Height)).settled).toEqual([{ height: 0, id: first.id }]);
  });

  it("[PEER9] what is named is cut to what a record may have beside it, however much somebody signed for one place", async () => {
    const side = (await pay(alice, bob)).bytes;
    const record = new Uint8Array(1024);
    for (const bytes of [side, new Uint8Array(1024)]) {
      const entries = Array.from({ length: 50_000 }, () => bytes);
      const encoded = encodeRecordWithPast(record, { checkpoints: [], entries });
      const decoded = orThrow(decodeRecordWithPast(encoded));
      expect(decoded.entries.length).toBeGreaterThan(20_000);
      expect(decoded.record).toEqual(record);
    }
  });

  it("[PEER9] a claim about a place is filed only where something can have been settled before, by who signs for it", async () => {
    const { hub } = await openLedger();
    const first = await pay(alice, bob);
    await give(hub, alice, first);
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    const [next, beside] = [await pay(alice, bob, { after: first }), await pay(alice, carol, { after: first })];
    await give(hub, alice, next);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    const past = { checkpoints: [], entries: [first.bytes, beside.bytes, (await pay(carol, bob)).bytes] };
    expect(orThrow(await phone.applyCheckpoint(record, past))).toBe("applied");
    const filed = [];
    for (const { entry } of [first, next])
      for (const { id } of await phone.archive.entriesAt(alice.session, entry.sequence, 4 as Height)) filed.push(id);
    expect(filed).toEqual([first.id, next.id]);
  });
});

describe("who started", () => {
  it("[DEV6] takes an entry of before for neither undecided nor one side of a fork, and two at one place for a proof", async () => {
    const { hub } = await openLedger();
    const [one, two] = [await pay(alice, bob), await pay(alice, carol, { cents: 5 })];
    await give(hub, alice, one);
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    expect(orThrow(await phone.ingest(bundleOf(alice, [one])))).toMatchObject({ fresh: [], known: 1 });
    expect(orThrow(await phone.ingest(bundleOf(alice, [two])))).toMatchObject({ fresh: [], known: 1 });
    expect([phone.undecided.size, phone.evidence.length]).toEqual([0, 0]);

    await give(phone, alice, one, two);
    expect([phone.undecided.size, phone.evidence.map(encodeEvidence)]).toEqual([
      0,
      [encodeEvidence(orThrow(proveEquivocation(one, two)))],
    ]);
    const again = await reopened(bob, phone, name);
    expect([again.undecided.size, again.isForked(alice.session)]).toEqual([0, true]);
  });

  it("[DEV6] defers what names a checkpoint that is not here, until the ledger decides it", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 1);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(phone, alice, old);
    await phone.refreshed();
    const verdict = phone.provisional?.verdicts.find(({ entry }) => entry === old.id);
    expect(verdict).toMatchObject({ outcome: "deferred", failure: { code: "history-missing", reason: "checkpoint" } });
    await give(hub, alice, old);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    orThrow(await phone.applyCheckpoint(record, await namedBy(hub, old)));
    expect([phone.undecided.size, summary(phone, bob)]).toEqual([0, "4 starts at 3, 101 for bob"]);
  });

  it("[DEV6] [DOC3] fetches the entries of a document's epoch that it lacks, so that its documents are everybody's", async () => {
    const { hub, ends } = await openLedger(1);
    const log = await logOf(alice, 3);
    await give(hub, alice, ...log);
    await settleTo(hub, MANY);
    const phone = await openPhone(bob, await openStore(fresh("bob")), ends[0]);
    await follows(phone, hub);
    const next = await pay(alice, bob, { after: log.at(-1) as VerifiedEntry });
    await give(hub, alice, next);
    const document = { kind: "log", session: alice.session, epoch: 0 } as const;
    await until("the same document", () => {
      const heads = phone.documentHeads(document);
      return heads.length > 0 && heads.join() === hub.documentHeads(document).join();
    });
    expect([phone.undecided.all().map(({ id }) => id), phone.evidence]).toEqual([[next.id], []]);
  });

  it("[DEV6] drops what came before the state and lies before it, and keeps the rest", async () => {
    const { hub } = await openLedger();
    const one = await pay(alice, bob);
    const two = await pay(alice, bob, { after: one });
    await give(hub, alice, one);
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await openPhone(bob, await openStore(name));
    await give(phone, alice, one, two);
    orThrow(await phone.startFrom((await hub.encodeStart()) as Uint8Array));
    const again = await reopened(bob, phone, name);
    expect(again.undecided.all().map(({ id }) => id)).toEqual([two.id]);
  });

  it("[DEV6] cannot tell records of before apart, and tells the authority's second word about one since", async () => {
    const { hub } = await openLedger();
    const { hub: twin } = await openLedger();
    await give(twin, alice, await pay(alice, bob));
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    await settleTo(twin, 3);
    const [before, at] = await Promise.all(
      [2, 3].map(async (height) => (await twin.archive.recordBytes(height as Height)) as Uint8Array),
    );
    expect(orThrow(await phone.applyCheckpoint(before as Uint8Array))).toBe("known");
    const applied = await phone.applyCheckpoint(at as Uint8Array);
    expect(applied.ok ? applied.value : applied.error.type).toBe("checkpoint-contradicted");
    expect(phone.contradiction?.height).toBe(3);
  });

  it("[DEV6] has its start whole or not at all, wherever the disk stops", async () => {
    const { hub } = await openLedger();
    await give(hub, alice, await pay(alice, bob));
    await settleTo(hub, 3);
    const bytes = (await hub.encodeStart()) as Uint8Array;
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    const heights = new Set<string>();
    for (let writes = 2; writes <= 5; writes++) {
      const name = fresh("bob");
      const dying = await openPhone(bob, dyingAfter(await openStore(name), writes));
      const acknowledged: string[] = [];
      const steps = [() => dying.startFrom(bytes), () => dying.applyCheckpoint(record)];
      for (const step of steps) {
        const done = await step().catch((error: unknown) => error);
        if (done instanceof StoreError) break;
        acknowledged.push(summary(dying, bob));
      }
      const again = await reopened(bob, dying, name);
      const found = summary(again, bob);
      expect(found).toBe(acknowledged.at(-1) ?? "0 starts at 0, 100 for bob");
      heights.add(found);
    }
    expect([...heights]).toEqual([
      "0 starts at 0, 100 for bob",
      "3 starts at 3, 101 for bob",
      "4 starts at 3, 101 for bob",
    ]);
  });

  it("[DEV6] opens from its start when the newest snapshot is lost, and not at all when the start is", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(hub, alice, await pay(alice, bob));
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    orThrow(await phone.applyCheckpoint(record, { checkpoints: [], entries: [] }));
    await phone.close();
    const store = await openStore(name);
    await store.write([{ type: "put", key: "snapshot", value: Uint8Array.of(1) }]);
    await store.close();
    const again = await openPhone(bob, await openStore(name));
    expect(summary(again, bob)).toBe("4 starts at 3, 101 for bob");
    await again.close();
    const damaged = await openStore(name);
    await damaged.write([{ type: "put", key: "start", value: encodeLedgerState(hub.settled) }]);
    await expect(openPhone(bob, damaged)).rejects.toMatchObject({ type: "store-damaged" });
    await damaged.close();
  });

  it("[DEV6] [DEV7] reads again what an account said since, though what the account began with was before", async () => {
    const { hub } = await openLedger();
    await give(hub, carol, await pay(carol, alice));
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    const [grant] = await grants(carol, 1);
    const session = grant && openedSession(grant)?.id;
    orThrow(await hub.ingest(bundleOf({ ...carol, grant: grant as OrderedControl }, [])));
    await settle(hub);
    orThrow(await phone.applyCheckpoint((await hub.archive.recordBytes(4 as Height)) as Uint8Array));
    for (const isRepaired of [false, true]) {
      const last = opened.at(-1) as Replica;
      await last.close();
      const store = await openStore(name);
      if (isRepaired) await store.write([{ type: "put", key: "meta/repair", value: Uint8Array.of(1) }]);
      const again = await Replica.open(phoneOf(bob, { store, links: [] }));
      opened.push(again);
      expect([again.quarantined, again.directory.session(session as SessionId)?.account]).toEqual([[], carol.account]);
      expect(again.directory.control(carol.account).length).toBe(1);
    }
  });

  it("[DEV6] has an archive that verifies from its start on", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 1);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(hub, alice, old);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    orThrow(await phone.applyCheckpoint(record, await namedBy(hub, old)));
    await phone.close();
    const store = await openStore(name);
    expect(await verifyArchive({ store, network })).toMatchObject({
      start: 3,
      height: 4,
      entries: 1,
      fault: undefined,
    });
    await store.write([{ type: "put", key: "start", value: Uint8Array.of(1) }]);
    expect((await verifyArchive({ store, network })).fault).toMatchObject({ type: "start-invalid" });
    await store.close();
  });
});

/** What an entry of checkpoint 4 names of the time before, as a hub sends it. */
async function namedBy({ archive }: Replica, entry: VerifiedEntry): Promise<EncodedPast> {
  const { checkpoints, entries, settled } = await archive.namedBy([entry], 4 as Height);
  return {
    checkpoints: checkpoints.map(({ bytes }) => bytes),
    entries: entries.map(({ bytes }) => bytes),
    settled: settled.map(({ id }) => id),
  };
}

/** A clock that a test moves on. */
class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Map<() => void, number>();
  readonly now = (): TimeMs => timeMs(this.#now);
  readonly after = (delayMs: number, action: () => void): (() => void) => {
    const timer = (): void => action();
    this.#timers.set(timer, this.#now + delayMs);
    return () => this.#timers.delete(timer);
  };
  get waiting(): number {
    return this.#timers.size;
  }
  pass(ms: number): void {
    this.#now += ms;
    for (const [timer, due] of [...this.#timers]) {
      if (due > this.#now) continue;
      this.#timers.delete(timer);
      timer();
    }
  }
}

describe("loading what was before the start", () => {
  it("[DEV8] comes to the checkpoint that it started from, and from then on it is as if all had been replayed", async () => {
    const { hub, ends } = await openLedger(1);
    await give(hub, alice, ...(await logOf(alice, 3)));
    await settle(hub);
    await give(hub, carol, await pay(carol, bob));
    await settle(hub);
    await give(hub, carol, await pay(carol, alice, { cents: 5 }));
    await settleTo(hub, MANY);
    const name = fresh("bob");
    const phone = await openPhone(bob, await openStore(name), ends[0]);
    await follows(phone, hub);
    // Beside one that was settled before the start.
    await give(hub, alice, await pay(alice, bob, { cents: 7 }));
    await settle(hub);
    await follows(phone, hub);
    expect((await phone.archive.entriesAt(alice.session, sequence(0), hub.settled.height)).length).toBe(2);
    const heights: number[] = [];
    phone.subscribe((event) => event.type === "history-loaded" && heights.push(event.height));
    expect(await phone.loadHistory()).toEqual({ isComplete: true });
    expect(heights).toEqual(Array.from({ length: MANY }, (_unused, index) => index + 1));
    const whole = "130 starts at undefined, 105 for bob";
    const forked = [alice, carol].map(({ session }) => session);
    expect([summary(phone, bob), ...forked.map((session) => phone.isForked(session))]).toEqual([whole, true, true]);
    await phone.refreshed();
    expect(phone.outlook.settlements.size, "of both sides of both").toBe(4);
    expect(await phone.loadHistory()).toEqual({ isComplete: true });
    const again = await reopened(bob, phone, name);
    expect([summary(again, bob), ...forked.map((session) => again.isForked(session))]).toEqual([whole, true, true]);
    await again.close();
    const store = await openStore(name);
    const left = (await store.list("")).map(({ key }) => key).filter((key) => /^(start|loading|past-)/.test(key));
    expect(left).toEqual([]);
    const { start, height, fault } = await verifyArchive({ store, network });
    expect([start, height, fault]).toEqual([undefined, 130, undefined]);
    await store.close();
  });

  it("[DEV8] shows what was settled before when all of it is there, and how far it is", async () => {
    const world = await createWorld(["alice", "bob"]);
    const link = pair("hub", "bob");
    const hub = await openHub(world.network, fresh("hub"), [link.left]);
    const payer = await openDevice(world.people.alice, world.network, await openStore(fresh("alice")), []);
    const payment = await payer.pay(world.people.bob.grant.inception.id, "5.00 AMI");
    orThrow(await hub.ingest(payer.handover(payment.id)));
    await settleTo(hub, MANY);
    const wallet = await openDevice(world.people.bob, world.network, await openStore(fresh("bob")), [link.right]);
    await wallet.when((view) => view.ledger.startedAt);
    const seen: string[] = [];
    const onProgress = ({ height, start }: { readonly height: number; readonly start: number }): unknown =>
      seen.push(`${height} of ${start}, ${wallet.view.payments.length} shown`);
    expect(await wallet.loadHistory({ onProgress })).toEqual({ isComplete: true });
    expect([seen[0], seen.at(-2)]).toEqual(["1 of 129, 0 shown", "128 of 129, 0 shown"]);
    const { payments, ledger } = wallet.view;
    expect(payments.map(({ id, settledAt }) => [id, settledAt])).toEqual([[payment.id, 1]]);
    expect(ledger.startedAt).toBe(undefined);
    await Promise.all([payer.close(), wallet.close(), hub.close()]);
    await expect(wallet.loadHistory()).rejects.toMatchObject({ detail: { type: "wallet-closed" } });
  });

  it("[DEV8] knows then what was settled of what it kept as undecided, and who the accounts of before are", async () => {
    const { hub } = await openLedger();
    const [one, two] = [await pay(alice, bob), await pay(alice, carol, { cents: 5 })];
    await give(hub, alice, one, two);
    await settle(hub);
    // Void, for the log is frozen: it takes no place that the state could show.
    const [beyond, beside] = [await pay(alice, bob, { after: one }), await pay(alice, bob, { after: one, cents: 9 })];
    await give(hub, alice, beyond);
    await give(hub, carol, await pay(carol, alice));
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(phone, alice, one, beyond);
    await give(phone, alice, beside);
    expect(phone.undecided.size).toBe(2);
    await loadUpTo(phone, hub, 3);
    const known = (replica: Replica): unknown => [
      replica.undecided.all().map(({ id }) => id),
      replica.evidence.map((proof) => proof.sequence),
      [alice, carol].map(({ account }) => replica.directory.control(account).length),
    ];
    expect(known(phone)).toEqual([[beside.id], [0, 1], [1, 1]]);
    expect(known(await reopened(bob, phone, name))).toEqual(known(phone));
  });

  it("[DEV8] goes on where it was, and nobody looks at half of it", async () => {
    const { hub } = await openLedger();
    const log = await logOf(alice, 2);
    await give(hub, alice, ...log);
    await settleTo(hub, 40);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    const last = await hub.archive.recordBytes(40 as Height);
    await loadUpTo(phone, hub, 39);
    expect(orThrow(await phone.ingest(bundleOf(alice, log))), "its places are not known").toMatchObject({ known: 2 });
    expect(await phone.archive.settlement((log[0] as VerifiedEntry).id)).toBe(undefined);
    expect((await hub.archive.settlement((log[0] as VerifiedEntry).id))?.height).toBe(1);
    const again = await reopened(bob, phone, name);
    expect([summary(again, bob), again.undecided.size]).toEqual(["40 starts at 40, 102 for bob", 0]);
    expect([await again.loadHistory(), again.loadedHistory]).toEqual([{ isComplete: false }, 39]);
    expect(orThrow(await again.applyHistory(last as Uint8Array))).toBe("applied");
    expect(summary(again, bob)).toBe("40 starts at undefined, 102 for bob");
    expect((await again.archive.settlement((log[0] as VerifiedEntry).id))?.height).toBe(1);
  });

  it("[DEV8] is whole or still a start, wherever the disk stops", async () => {
    const { hub } = await openLedger();
    await give(hub, alice, ...(await logOf(alice, 2)));
    await settleTo(hub, 3);
    const found: string[] = [];
    // The first write of a phone is its account.
    for (let writes = 1; writes <= 4; writes++) {
      const name = fresh("bob");
      await (await startedAt(hub, bob, name)).close();
      const dying = await openPhone(bob, dyingAfter(await openStore(name), writes));
      const ended = await loadUpTo(dying, hub, 3).catch((error: unknown) => error);
      expect(ended instanceof StoreError).toBe(writes < 4);
      const again = await reopened(bob, dying, name);
      await again.loadHistory();
      found.push(`${again.loadedHistory}: ${summary(again, bob)}`);
      await loadUpTo(again, hub, 3);
      expect(summary(again, bob)).toBe("3 starts at undefined, 102 for bob");
    }
    expect(found).toEqual([
      "0: 3 starts at 3, 102 for bob",
      "1: 3 starts at 3, 102 for bob",
      "2: 3 starts at 3, 102 for bob",
      "undefined: 3 starts at undefined, 102 for bob",
    ]);
  });

  it("[DEV8] [DEV7] begins anew when what was loaded is damaged", async () => {
    const { hub } = await openLedger();
    await give(hub, alice, ...(await logOf(alice, 2)));
    await settleTo(hub, 40);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await loadUpTo(phone, hub, 39);
    await phone.close();
    const store = await openStore(name);
    const [, row] = (await store.list("checkpoint/")).slice(-2);
    await store.write([{ type: "put", key: row?.key ?? "", value: Uint8Array.of(1) }]);
    await store.close();
    const damaged = await openPhone(bob, await openStore(name));
    await expect(damaged.loadHistory()).rejects.toMatchObject({ type: "store-damaged" });
    await damaged.close();
    const repaired = await Replica.open(phoneOf(bob, { store: await openStore(name), links: [] }));
    opened.push(repaired);
    expect([await repaired.loadHistory(), repaired.loadedHistory]).toEqual([{ isComplete: false }, 0]);
    await loadUpTo(repaired, hub, 40);
    expect(summary(repaired, bob)).toBe("40 starts at undefined, 102 for bob");
    await repaired.close();
    const kept = await openStore(name);
    expect((await verifyArchive({ store: kept, network })).fault).toBe(undefined);
    await kept.close();
  });

  it("[DEV8] of another course of events than led to the start is not taken for it", async () => {
    const { hub } = await openLedger();
    const { hub: twin } = await openLedger();
    await give(twin, alice, await pay(alice, bob));
    await settleTo(hub, 3);
    await settleTo(twin, 3);
    const phone = await startedAt(hub, bob);
    await loadUpTo(phone, twin, 2);
    const last = await phone.applyHistory((await twin.archive.recordBytes(3 as Height)) as Uint8Array);
    expect(last.ok ? last.value : last.error.type).toBe("checkpoint-contradicted");
    expect([summary(phone, bob), phone.contradiction?.height]).toEqual(["3 starts at 3, 100 for bob", 3]);
  });

  it("[DEV8] [PEER6] is given once to who started, however much it is, beside what is new", async () => {
    const host = {
      settled: { height: 20 },
      archive: { recordBytes: async () => new Uint8Array(1_500_000) },
    } as unknown as Replica;
    const giver = new CheckpointGiver({ host, clock: systemClock });
    const sent: string[] = [];
    const note = (message: PeerMessage): unknown =>
      message.type === "checkpoint-part" && message.index === 0 && sent.push(`${message.height}`);
    const peer = { isHub: false, send: note, refuse: (code: string) => sent.push(code) };
    await giver.onRequest(peer, { since: 20 as Height, start: 20 as Height });
    const all = Array.from({ length: 20 }, (_unused, index) => index);
    const pass = async (): Promise<readonly string[]> => {
      sent.length = 0;
      for (const since of all) await giver.onRequest(peer, { since: since as Height });
      return [...sent];
    };
    expect(await pass()).toEqual(all.map((since) => `${since + 1}`));
    expect(await pass()).toEqual(all.map((since) => (since < 8 ? `${since + 1}` : "asked-before")));
    giver.close();
  });

  it("[DEV8] asks everybody once, and says when nobody has more", async () => {
    const { hub, ends } = await openLedger(1);
    await settleTo(hub, MANY);
    const between = pair("bob", "carol");
    const first = await openPhone(bob, await openStore(fresh("bob")), ends[0], between.left);
    await follows(first, hub);
    const second = await openPhone(carol, await openStore(fresh("carol")), between.right);
    await follows(second, hub);
    expect(await second.loadHistory()).toEqual({ isComplete: false });
    expect(await first.loadHistory()).toEqual({ isComplete: true });
    expect(await second.loadHistory()).toEqual({ isComplete: true });
  });
});

/** Gives a phone the records of a hub from the genesis on. */
async function loadUpTo(phone: Replica, hub: Replica, height: number): Promise<void> {
  await phone.loadHistory();
  for (let next = 1; next <= height; next++)
    orThrow(await phone.applyHistory((await hub.archive.recordBytes(next as Height)) as Uint8Array));
}

/** A phone without a link that started from what the hub has now. */
async function startedAt(hub: Replica, person: Person, name: string = fresh(person.name)): Promise<Replica> {
  const phone = await openPhone(person, await openStore(name));
  orThrow(await phone.startFrom((await hub.encodeStart()) as Uint8Array));
  return phone;
}
