/** Starting: a fresh wallet on an old ledger takes the state over, and what was before it is not replayed. */
import { systemClock } from "@amigos/adapters/runtime";
import { orThrow, timeMs, type Height } from "@amigos/core";
import { START, namedSigner } from "@amigos/core/testing";
import { Replica } from "@amigos/engine";
import { decodeCheckpointRecord, stateRoot } from "@amigos/reconcile";
import { describe, expect, it } from "vitest";
import type { PeerMessage } from "../src/peer/messages.ts";
import { CheckpointGiver } from "../src/replica/checkpoint-giver.ts";
import { CheckpointLane } from "../src/replica/checkpoint-lane.ts";
import { encodeStart } from "../src/replica/start.ts";
import { StateShelf } from "../src/replica/state-shelf.ts";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle } from "./devices.ts";

import {
  alice,
  bob,
  carol,
  follows,
  give,
  MANY,
  newest,
  openLedger,
  openPhone,
  openPhoneWith,
  pay,
  recordsOf,
  reopened,
  settleTo,
  summary,
} from "./starting.ts";
import { SteppedClock } from "@amigos/adapters/clock-stepped";

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
    const clock = new SteppedClock(START);
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
    const clock = new SteppedClock(START);
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
    expect([await last, clock.waitingCount], "nothing goes off after that").toEqual([undefined, 0]);
  });
});
