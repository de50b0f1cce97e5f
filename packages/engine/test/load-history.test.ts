/** Loading later what was before a start. */
import { systemClock } from "@amigos/adapters/runtime";
import { orThrow, sequence, type Height, type VerifiedEntry } from "@amigos/core";
import { bundleOf } from "@amigos/core/testing";
import { Replica, StoreError, verifyArchive } from "@amigos/engine";
import { describe, expect, it } from "vitest";
import type { PeerMessage } from "../src/peer/messages.ts";
import { CheckpointGiver } from "../src/replica/checkpoint-giver.ts";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle } from "./devices.ts";
import { dyingAfter } from "@amigos/engine/testing";

import {
  alice,
  bob,
  carol,
  follows,
  give,
  logOf,
  MANY,
  network,
  openAsItIs,
  openLedger,
  openPhone,
  pay,
  reopened,
  settleTo,
  startedAt,
  summary,
} from "./starting.ts";

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
    expect(orThrow(await phone.ingest(bundleOf(network, alice, log))), "its places are not known").toMatchObject({
      known: 2,
    });
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
    const repaired = await openAsItIs(bob, await openStore(name));
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
