/**
 * One device, one log: whatever interrupts a payment, and whoever else holds a copy of the device, no sequence is signed
 * twice here, nothing is paid twice by trying again, and nobody else's branch is carried on in silence (spec [DEV1], [DEV2]).
 */
import { describe, expect, it } from "vitest";
import { timeMs, type AccountId } from "@amigos/core";
import { StoreError, type Wallet } from "@amigos/engine";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { openWallet } from "@amigos/engine";
import {
  createWorld,
  disk,
  fresh,
  openDevice,
  openHub,
  openStore,
  pair,
  paymentsOf,
  settle,
  until,
} from "./devices.ts";
import { refusing } from "@amigos/engine/testing";

function placesOf(wallet: Wallet): readonly string[] {
  return wallet.view.payments.map(({ sequence, amount }) => `${sequence}: ${amount}`).toSorted();
}

describe("a payment that the disk interrupted", () => {
  it("[DEV1] is finished before the next one: its place was promised to it", async () => {
    const { network, people } = await createWorld(["alice", "bob", "carol"]);
    const [bob, carol] = [people.bob.grant.inception.id, people.carol.grant.inception.id];
    const name = fresh("alice");
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    // Write 0 reserves, write 1 keeps the entry.
    const alice = await openDevice(
      people.alice,
      network,
      refusing(await openStore(name), (write) => write === 1),
      [],
    );
    await expect(alice.pay(bob, "7.00 AMI")).rejects.toBeInstanceOf(StoreError);
    expect(alice.view.payments).toEqual([]);

    const payment = await alice.pay(carol, "1.00 AMI");

    expect([payment.sequence, payment.counterparty]).toEqual([1, carol]);
    expect(placesOf(alice)).toEqual(["0: 700", "1: 100"]);
    await alice.close();
  });

  it("[DEV1] is the payment that is tried again, not a second one", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const name = fresh("alice");
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    const alice = await openDevice(
      people.alice,
      network,
      refusing(await openStore(name), (write) => write === 1),
      [],
    );
    await expect(alice.pay(bob, "7.00 AMI")).rejects.toBeInstanceOf(StoreError);

    const payment = await alice.pay(bob, "7.00 AMI");

    expect(payment.sequence).toBe(0);
    expect(placesOf(alice)).toEqual(["0: 700"]);
    await alice.close();
  });

  it("[DEV1] holds also when many are under way at once, and the disk fails in the middle of them", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const name = fresh("alice");
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    const store = refusing(await openStore(name), (write) => [3, 4, 8].includes(write));
    const alice = await openDevice(people.alice, network, store, []);
    const amounts = ["1.00 AMI", "2.00 AMI", "3.00 AMI", "4.00 AMI", "5.00 AMI"];

    const outcomes = await Promise.allSettled(amounts.map((amount) => alice.pay(bob, amount)));
    await alice.pay(bob, "0.50 AMI");

    const sequences = alice.view.payments.map(({ sequence }) => sequence);
    expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences.map((_, index) => index));
    const acknowledged = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.id] : []));
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
    expect(alice.view.payments.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    expect(alice.view.conflicts).toEqual([]);
    await alice.close();
    const again = await openDevice(people.alice, network, await openStore(name), []);
    expect(placesOf(again)).toEqual(placesOf(alice));
    await again.close();
  });
});

describe("a copy of the device", () => {
  it("[DEV2] that is ahead: nothing is signed behind its back, and the session says so, also after a restart", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const [aliceStore, copyStore] = [fresh("alice"), fresh("copy")];
    const first = await openDevice(people.alice, network, await openStore(aliceStore), []);
    await first.pay(bob, "1.00 AMI");
    await first.close();
    disk.copy(aliceStore, copyStore);
    const [toAlice, toCopy] = [pair("hub", "alice"), pair("hub", "copy")];
    toAlice.unplug();
    const hub = await openHub(network, fresh("hub"), [toAlice.left, toCopy.left]);
    const copy = await openDevice(people.alice, network, await openStore(copyStore), [toCopy.right]);
    const alice = await openDevice(people.alice, network, await openStore(aliceStore), [toAlice.right]);
    await copy.pay(bob, "2.00 AMI");
    await until("the hub has both", () => hub.undecided.size === 2);
    toAlice.plug();
    await until("alice sees the other payment", () => alice.view.payments.length === 2);

    const outcome = alice.pay(bob, "4.00 AMI");

    await expect(outcome).rejects.toMatchObject({ detail: { type: "session-forked" } });
    expect(alice.view.session.status).toBe("frozen");
    expect(hub.evidence).toEqual([]);
    await settle(hub);
    await until("alice follows", () => alice.view.ledger.height === 1);
    await expect(alice.pay(bob, "4.00 AMI")).rejects.toMatchObject({ detail: { type: "session-forked" } });
    await alice.close();
    const again = await openDevice(people.alice, network, await openStore(aliceStore), []);
    expect(again.view.session.status).toBe("frozen");
    await expect(again.pay(bob, "4.00 AMI")).rejects.toMatchObject({ detail: { type: "session-forked" } });
    expect(copy.view.session.status).not.toBe("frozen");
    await Promise.all([again.close(), copy.close(), hub.close()]);
  });

  it("[DEV1] that took the place which was reserved here: the place is not signed again", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const [aliceStore, copyStore] = [fresh("alice"), fresh("copy")];
    await (await openDevice(people.alice, network, await openStore(aliceStore), [])).close();
    disk.copy(aliceStore, copyStore);
    const toAlice = pair("copy's hub", "alice");
    const hub = await openHub(network, fresh("hub"), [toAlice.left]);
    const copy = await openDevice(people.alice, network, await openStore(copyStore), []);
    const full = refusing(await openStore(aliceStore), (write) => write === 1);
    const alice = await openDevice(people.alice, network, full, [toAlice.right]);
    await expect(alice.pay(bob, "7.00 AMI")).rejects.toBeInstanceOf(StoreError);
    await hub.ingest(copy.handover((await copy.pay(bob, "1.00 AMI")).id));
    await until("alice sees the other payment", () => alice.view.payments.length === 1);

    await expect(alice.pay(bob, "7.00 AMI")).rejects.toMatchObject({ detail: { type: "session-forked" } });
    await alice.close();

    const again = await openDevice(people.alice, network, await openStore(aliceStore), []);
    expect(paymentsOf(again)).toEqual(["out 1.00 AMI signed accepted"]);
    expect([again.view.conflicts, again.view.session.status]).toEqual([[], "frozen"]);
    await Promise.all([again.close(), copy.close(), hub.close()]);
  });

  it("[DEV2] data that was put back to an older state is a copy, too", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const [name, backup] = [fresh("alice"), fresh("backup")];
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    disk.copy(name, backup);
    const toAlice = pair("hub", "alice");
    const hub = await openHub(network, fresh("hub"), [toAlice.left]);
    const before = await openDevice(people.alice, network, await openStore(name), [toAlice.right]);
    await before.pay(bob, "1.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await before.close();

    const toBackup = pair("hub", "backup");
    const restored = await openDevice(people.alice, network, await openStore(backup), [toBackup.right]);
    const other = await openHub(network, fresh("hub"), [toBackup.left]);
    await other.applyCheckpoint((await hub.archive.recordBytes(hub.settled.height)) ?? new Uint8Array());
    await until("the ledger", () => restored.view.ledger.height === 1);

    await expect(restored.pay(bob, "1.00 AMI")).rejects.toMatchObject({ detail: { type: "session-forked" } });
    await Promise.all([restored.close(), hub.close(), other.close()]);
  });
});

describe("a clock", () => {
  it("that is set back does not stop payments, and their time never goes back", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob: AccountId = people.bob.grant.inception.id;
    const toAlice = pair("hub", "alice");
    const hub = await openHub(network, fresh("hub"), [toAlice.left]);
    let skewMs = 0;
    const alice = await openWallet({
      network,
      session: people.alice.grant,
      store: await openStore(fresh("alice")),
      keys: people.alice.keys,
      links: [toAlice.right],
      clock: { ...systemClock, now: () => timeMs(systemClock.now() + skewMs) },
      random: systemRandom,
    });
    const first = await alice.pay(bob, "1.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await until("alice follows", () => alice.view.ledger.height === 1);

    skewMs = -365 * 86_400_000;
    const second = await alice.pay(bob, "2.00 AMI");

    expect(second.time).toBeGreaterThanOrEqual(first.time);
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await until("it is settled", () => paymentsOf(alice)[0] === "out 2.00 AMI settled accepted");
    await Promise.all([alice.close(), hub.close()]);
  });
});
