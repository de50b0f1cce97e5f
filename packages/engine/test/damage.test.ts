/**
 * Rows of a journal that cannot be read any more, each kind in turn (spec [DEV7]): the wallet opens, says what happened, never
 * signs twice for a place, and has everything again after a sync.
 */
import type { Signer } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { openWallet, Replica, StoreError, type ReplicaEvent, type Wallet } from "@amigos/engine";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { describe, expect, it } from "vitest";
import {
  createWorld,
  fresh,
  openDevice,
  openHub,
  openHubOn,
  openStore,
  pair,
  paymentsOf,
  settle,
  until,
  type Identity,
} from "./devices.ts";
import { dyingAfter } from "@amigos/engine/testing";

const WAYS_TO_DAMAGE: Readonly<Record<string, (row: Uint8Array) => Uint8Array>> = {
  "is garbage": () => Uint8Array.of(0xff, 0xff),
  "lost its end": (row) => row.subarray(0, row.length >> 1),
  "has a bit flipped": (row) => row.map((byte, index) => (index === row.length >> 1 ? byte ^ 0x10 : byte)),
};

/** Rows that can be made again, by the beginnings of their keys. What the scenario does not write is written as garbage. */
const REPAIRABLE: Readonly<Record<string, string | undefined>> = {
  "inception/": undefined,
  "control/": undefined,
  "undecided/": undefined,
  "checkpoint/": undefined,
  "header/": undefined,
  "places/": undefined,
  "ids/": undefined,
  "payment/": undefined,
  "float/": undefined,
  snapshot: undefined,
  "verdict/": `verdict/${"0".repeat(64)}`,
  "evidence/": `evidence/${"0".repeat(64)}/${"0".repeat(16)}`,
  contradiction: "contradiction",
  "meta/circle": "meta/circle",
};

interface Scenario {
  readonly hub: Replica;
  readonly name: string;
  readonly shown: readonly string[];
  readonly open: (onEvent?: (event: ReplicaEvent) => void) => Promise<Wallet>;
  /** Alice's wallet with the hub out of reach. */
  readonly openAlone: () => Promise<Wallet>;
  readonly bob: Identity;
}

/** Alice has paid, was paid, has set aside, and has a payment that the hub has and has not settled. Her wallet is closed. */
async function createScenario(): Promise<Scenario> {
  const { network, people } = await createWorld(["alice", "bob"]);
  const [toAlice, toBob, name] = [pair("hub", "alice"), pair("hub", "bob"), fresh("alice")];
  const hub = await openHub(network, fresh("hub"), [toAlice.left, toBob.left]);
  const alice = await openDevice(people.alice, network, await openStore(name), [toAlice.right]);
  const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [toBob.right]);
  await alice.pay(people.bob.grant.inception.id, "1.00 AMI");
  await bob.pay(people.alice.grant.inception.id, "2.00 AMI");
  await alice.setAside("3.00 AMI");
  await until("the hub has all three", () => hub.undecided.size === 3);
  await settle(hub);
  await until("alice follows", () => alice.view.ledger.height === 1);
  await alice.pay(people.bob.grant.inception.id, "4.00 AMI");
  await until("the hub has the fourth", () => hub.undecided.size === 1);
  const shown = paymentsOf(alice);
  await Promise.all([alice.close(), bob.close()]);
  const open = async (links: Parameters<typeof openDevice>[3], onEvent = (_event: ReplicaEvent): void => {}) =>
    openWallet({
      network,
      session: people.alice.grant,
      store: await openStore(name),
      keys: people.alice.keys,
      links,
      clock: systemClock,
      random: systemRandom,
      onEvent,
    });
  return {
    hub,
    name,
    shown,
    bob: people.bob,
    open: (onEvent) => open([toAlice.right], onEvent),
    openAlone: () => open([]),
  };
}

/** Damages the first row whose key begins so. */
async function damage(name: string, prefix: string, change: (row: Uint8Array) => Uint8Array): Promise<string> {
  const store = await openStore(name);
  const made = REPAIRABLE[prefix];
  if (made !== undefined) await store.write([{ type: "put", key: made, value: Uint8Array.of(1, 2, 3, 4) }]);
  const [row] = await store.list(prefix);
  if (row === undefined) throw new RangeError(`the scenario writes no row under ${prefix}`);
  await store.write([{ type: "put", key: row.key, value: change(row.value) }]);
  await store.close();
  return row.key;
}

function isEquivocated({ hub }: Scenario): boolean {
  return hub.evidence.length > 0;
}

describe("a wallet of whose journal a row", () => {
  for (const prefix of Object.keys(REPAIRABLE))
    for (const [way, change] of Object.entries(WAYS_TO_DAMAGE))
      it(`[DEV7] ${prefix} ${way} opens, signs for no place twice, and has everything again after a sync`, async () => {
        const scenario = await createScenario();
        const { hub, name, shown, bob } = scenario;
        const key = await damage(name, prefix, change);
        const quarantined: string[] = [];

        const failures: string[] = [];
        const onEvent = (event: ReplicaEvent): void => {
          if (event.type === "quarantined") quarantined.push(...event.keys);
          if (event.type === "store-failed") failures.push(event.error.type);
        };
        let alice = await scenario.open(onEvent);

        expect(alice.view.storage.quarantined).toEqual(quarantined.toSorted());
        for (const aside of quarantined) expect(aside.split("/")[0]).toBe(key.split("/")[0]);
        await alice.sync();
        await until("everything is there", () => paymentsOf(alice).length === shown.length);
        expect(paymentsOf(alice)).toEqual(shown);
        await alice.pay(bob.grant.inception.id, "5.00 AMI");
        await until("the hub has it", () => hub.undecided.size === 2);
        await settle(hub);
        await until(
          "alice follows, or says that she cannot",
          () => alice.view.ledger.height === 2 || failures.includes("store-damaged"),
        );
        if (failures.includes("store-damaged")) {
          await alice.close();
          alice = await scenario.open(onEvent);
          await alice.sync();
        }
        await until("alice follows", () => alice.view.ledger.height === 2);
        expect(alice.view.ledger.checkpoint).toBe(hub.settled.checkpoint);
        expect(isEquivocated(scenario)).toBe(false);
        await Promise.all([alice.close(), hub.close()]);
      });

  it("[DEV7] own-head/ is damaged opens to read and to receive, and signs nothing", async () => {
    const scenario = await createScenario();
    const { hub, name, shown, bob } = scenario;
    await damage(name, "own-head/", () => Uint8Array.of(0xff));
    const alice = await scenario.open();
    expect(paymentsOf(alice)).toEqual(shown);
    expect(alice.view.session.status).toBe("frozen");
    await expect(alice.pay(bob.grant.inception.id, "5.00 AMI")).rejects.toMatchObject({
      detail: { type: "signing-unsafe" },
    });
    await settle(hub);
    await until("alice follows", () => alice.view.ledger.height === 2);
    await Promise.all([alice.close(), hub.close()]);
  });

  it("[DEV7] a reservation is damaged signs neither it nor anything else", async () => {
    const scenario = await createScenario();
    const { hub, name, bob } = scenario;
    const store = await openStore(name);
    await store.write([{ type: "put", key: "meta/reservation", value: Uint8Array.of(0xff) }]);
    await store.close();
    const alice = await scenario.open();
    expect(alice.view.session.status).toBe("frozen");
    await expect(alice.pay(bob.grant.inception.id, "5.00 AMI")).rejects.toMatchObject({
      detail: { type: "signing-unsafe" },
    });
    await Promise.all([alice.close(), hub.close()]);
  });

  it("[DEV7] an entry of its own is damaged, and the hub out of reach, does not write over its place", async () => {
    const scenario = await createScenario();
    await damage(scenario.name, "undecided/", () => Uint8Array.of(0xff));
    const alone = await scenario.openAlone();
    await expect(alone.pay(scenario.bob.grant.inception.id, "5.00 AMI")).rejects.toMatchObject({
      detail: { type: "payment-refused" },
    });
    await alone.close();
    const alice = await scenario.open();
    await alice.sync();
    await until("the payment came back", () => paymentsOf(alice).length === scenario.shown.length);
    await alice.pay(scenario.bob.grant.inception.id, "5.00 AMI");
    expect(isEquivocated(scenario)).toBe(false);
    await Promise.all([alice.close(), scenario.hub.close()]);
  });
});

it("[DEV7] a wallet of which a whole record is gone asks for it again", async () => {
  const scenario = await createScenario();
  const store = await openStore(scenario.name);
  const lost = [...(await store.list("checkpoint/")), ...(await store.list("snapshot"))];
  await store.write(lost.map(({ key }) => ({ type: "delete", key })));
  await store.close();
  const alice = await scenario.open();
  await alice.sync();
  await until("everything is there", () => paymentsOf(alice).length === scenario.shown.length);
  expect([paymentsOf(alice), alice.view.ledger.height]).toEqual([scenario.shown, 1]);
  await Promise.all([alice.close(), scenario.hub.close()]);
});

describe("a wallet that started from a state", () => {
  for (const prefix of ["start", "past-checkpoint/"])
    it(`[DEV7] and of which ${prefix} is damaged has everything again after a sync`, async () => {
      const { network, people } = await createWorld(["alice", "bob"]);
      const [toAlice, toBob, name] = [pair("hub", "alice"), pair("hub", "bob"), fresh("alice")];
      const hub = await openHub(network, fresh("hub"), [toAlice.left, toBob.left]);
      const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [toBob.right]);
      await bob.pay(people.alice.grant.inception.id, "1.00 AMI");
      await until("the hub has it", () => hub.undecided.size === 1);
      await settle(hub);
      const started = await Replica.open({
        network,
        store: await openStore(name),
        links: [],
        clock: systemClock,
        random: systemRandom,
        signer: (await people.alice.keys.signer(people.alice.grant.keyName)) as Signer,
        account: people.alice.grant.inception.id,
        session: people.alice.grant.session,
        isProvisional: true,
      });
      await started.startFrom((await hub.encodeStart()) as Uint8Array);
      await started.close();
      await damage(name, prefix, () => Uint8Array.of(0xff));

      const alice = await openDevice(people.alice, network, await openStore(name), [toAlice.right]);
      await bob.pay(people.alice.grant.inception.id, "1.00 AMI");
      await until("the hub has it", () => hub.undecided.size === 1);
      await settle(hub);
      await until("alice follows", () => alice.view.ledger.height === 2);
      expect(alice.view.balances[0]?.available).toBe(ami(102).amount);
      // A checkpoint of before the start is read only when something names it.
      expect(alice.view.storage.quarantined).toEqual(prefix === "start" ? ["start"] : []);
      await Promise.all([alice.close(), bob.close(), hub.close()]);
    });
});

describe("a repair", () => {
  it("[DEV7] that stops after any of its writes is done again by the next opening", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    for (let writes = 0; ; writes += 1) {
      const [link, name] = [pair("hub", "alice"), fresh("alice")];
      const hub = await openHub(network, fresh("hub"), [link.left]);
      const first = await openDevice(people.alice, network, await openStore(name), [link.right]);
      await first.pay(people.bob.grant.inception.id, "1.00 AMI");
      await until("the hub has it", () => hub.undecided.size === 1);
      await settle(hub);
      await until("alice follows", () => first.view.ledger.height === 1);
      const shown = paymentsOf(first);
      await first.close();
      await damage(name, "payment/", () => Uint8Array.of(0xff));

      const store = await openStore(name);
      const opened = await openDevice(people.alice, network, dyingAfter(store, writes), []).catch(
        (error: unknown) => error,
      );
      await (opened instanceof StoreError ? store.close() : (opened as Wallet).close());
      const again = await openDevice(people.alice, network, await openStore(name), []);
      expect(paymentsOf(again), `after ${writes} writes`).toEqual(shown);
      await Promise.all([again.close(), hub.close()]);
      if (!(opened instanceof StoreError)) break;
    }
  });

  it("[DEV7] of a replica that may settle does not go on below a record that is gone, be it the newest", async () => {
    for (const lost of [2, 3]) {
      const { network } = await createWorld(["alice"]);
      const name = fresh("hub");
      const hub = await openHub(network, name, []);
      for (let height = 1; height <= 3; height++) await settle(hub);
      await hub.close();
      const store = await openStore(name);
      const [row] = await store.list(`checkpoint/${`${lost}`.padStart(16, "0")}/`);
      await store.write([
        { type: "delete", key: row?.key ?? "" },
        { type: "delete", key: "snapshot" },
      ]);
      await store.close();
      // A repair that was tried changes nothing about that.
      for (let opening = 1; opening <= 2; opening++) {
        const damaged = await openStore(name);
        await expect(openHubOn(network, damaged, []), `opening ${opening}`).rejects.toMatchObject({
          type: "store-damaged",
        });
        await damaged.close();
      }
    }
  });

  it("[DEV7] of a replica that may settle gives up no record", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [link, hubName] = [pair("hub", "alice"), fresh("hub")];
    const hub = await openHub(network, hubName, [link.left]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [link.right]);
    await alice.pay(people.bob.grant.inception.id, "1.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await Promise.all([alice.close(), hub.close()]);
    const before = await damage(hubName, "checkpoint/", () => Uint8Array.of(0xff));
    await expect(openHub(network, hubName, [])).rejects.toMatchObject({ type: "store-damaged" });
    expect(before).toMatch(/^checkpoint/);
  });
});
