/**
 * Witnesses (spec [DEV10], [WIT1]–[WIT4]): devices with weight that say of others' payments what they saw first, with no ledger
 * in reach. Every wallet is a real one; what is staked was settled by a real hub before.
 */
import { afterEach, describe, expect, it } from "vitest";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { decodeEntry, orThrow, SEND_LIMIT_DAILY, STAKE_MANAGE, type VerifiedEntry } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { openWallet, type Link, type Replica, type Wallet } from "@amigos/engine";
import { KEY, PREFIX, put, remove } from "../src/journal/journal.ts";
import { createWorld, disk, fresh, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";

const opened: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const NAMES = ["alice", "bob", "carol", "dave"] as const;
type Name = (typeof NAMES)[number];

/** A ledger on which carol and dave have staked 30.00 each behind themselves, and everybody's phone is registered. */
async function createVillage() {
  const { network, people } = await createWorld(NAMES, [SEND_LIMIT_DAILY(ami(50)), STAKE_MANAGE]);
  const toHub = Object.fromEntries(NAMES.map((name) => [name, pair("hub", name)])) as Record<
    Name,
    ReturnType<typeof pair>
  >;
  const hub = await openHub(
    network,
    fresh("hub"),
    NAMES.map((name) => toHub[name].left),
  );
  opened.push(hub);
  const stores = Object.fromEntries(NAMES.map((name) => [name, fresh(name)])) as Record<Name, string>;
  const wallets = new Map<Name, Wallet>();
  const open = async (name: Name, links: readonly Link[], isWitness = true): Promise<Wallet> => {
    await wallets.get(name)?.close();
    const wallet = await openWallet({
      network,
      session: people[name].grant,
      store: await openStore(stores[name]),
      keys: people[name].keys,
      links: [toHub[name].right, ...links],
      circle: NAMES.map((other) => people[other].grant.inception.id),
      clock: systemClock,
      random: systemRandom,
      isWitness,
    });
    wallets.set(name, wallet);
    opened.push(wallet);
    return wallet;
  };
  for (const name of NAMES) await open(name, []);
  await until("the hub has all phones", () => hub.unregistered().control.length >= NAMES.length);
  await settle(hub);
  for (const name of ["carol", "dave"] as const) {
    const wallet = wallets.get(name);
    await wallet?.stake(wallet.account, "30.00 AMI");
  }
  await until("the hub has what they staked", () => hub.undecided.size === 2);
  await settle(hub);
  for (const name of NAMES)
    await wallets.get(name)?.when((view) => view.ledger.height === hub.settled.height || undefined);
  for (const name of NAMES) toHub[name].unplug();
  return { network, people, hub, open, stores, toHub };
}

function attestationsIn({ undecided }: Replica): readonly VerifiedEntry[] {
  return undecided.all().filter(({ entry }) => entry.operation.type === "attest");
}

describe("a payment with no ledger in reach", () => {
  it("[DEV10] [DEV9] is witnessed by one neighbour, certified by two, and settled with what they said", async () => {
    const village = await createVillage();
    const { hub, toHub } = village;
    const [aliceCarol, carolBob, carolDave] = [pair("a", "c"), pair("c", "b"), pair("c", "d")];
    carolDave.unplug();
    const alice = await village.open("alice", [aliceCarol.left]);
    await village.open("carol", [aliceCarol.right, carolBob.left, carolDave.left]);
    const bob = await village.open("bob", [carolBob.right]);
    await village.open("dave", [carolDave.right]);

    const payment = await alice.pay(bob.account, "5.00 AMI");

    await alice.when((view) => view.payments[0]?.finality === "witnessed" || undefined);
    await bob.when((view) => view.payments[0]?.finality === "witnessed" || undefined);
    expect(bob.view.payments[0]?.attested).toEqual({ weight: 3000n, total: 6000n });
    expect((await bob.weigh(payment.id)).judged?.risks.map(({ type }) => type)).toContain("not-certified");
    carolDave.plug();
    await alice.when((view) => view.payments[0]?.finality === "certified" || undefined);
    await bob.when((view) => view.payments[0]?.finality === "certified" || undefined);
    expect((await bob.weigh(payment.id)).judged?.risks.map(({ type }) => type)).not.toContain("not-certified");
    toHub.alice.plug();
    await until("the hub has the payment and both attestations", () => attestationsIn(hub).length === 2);
    await settle(hub);
    await alice.when((view) => view.payments[0]?.finality === "settled" || undefined);
    expect(paymentsOf(alice)).toEqual(["out 5.00 AMI settled accepted"]);
  });

  it("[DEV10] is witnessed once, by the newest entry, and nobody witnesses a witness", async () => {
    const village = await createVillage();
    const { hub, toHub } = village;
    const [aliceCarol, carolDave] = [pair("a", "c"), pair("c", "d")];
    aliceCarol.unplug();
    const alice = await village.open("alice", [aliceCarol.left]);
    const carol = await village.open("carol", [aliceCarol.right, carolDave.left]);
    await village.open("dave", [carolDave.right]);
    for (const amount of ["1.00 AMI", "2.00 AMI", "3.00 AMI"])
      await alice.pay(village.people.bob.grant.inception.id, amount);
    aliceCarol.plug();
    await alice.when((view) => view.payments.every(({ finality }) => finality === "certified") || undefined);
    toHub.carol.plug();
    await until("the hub has all of it", () => hub.undecided.size === 5);
    await carol.sync();
    expect(hub.undecided.size).toBe(5);
    expect(attestationsIn(hub).map(({ entry }) => entry.operation)).toMatchObject([{ sequence: 2 }, { sequence: 2 }]);
  });

  it("[DEV10] is not witnessed by who objects, nor on two branches, whatever is opened again", async () => {
    const village = await createVillage();
    const { stores, people, network } = village;
    const bobs = people.bob.grant.inception.id;
    const copyName = fresh("copy");
    disk.copy(stores.alice, copyName);
    const [aliceCarol, copyCarol, aliceDave] = [pair("a", "c"), pair("x", "c"), pair("a", "d")];
    copyCarol.unplug();
    const alice = await village.open("alice", [aliceCarol.left, aliceDave.left]);
    await village.open("dave", [aliceDave.right], false);
    await village.open("carol", [aliceCarol.right, copyCarol.right]);
    await alice.pay(bobs, "1.00 AMI");
    await alice.when((view) => view.payments[0]?.finality === "witnessed" || undefined);
    const carol = await village.open("carol", [copyCarol.right]);
    const copy = await openWallet({
      network,
      store: await openStore(copyName),
      keys: people.alice.keys,
      links: [copyCarol.left],
      circle: [people.carol.grant.inception.id],
      clock: systemClock,
      random: systemRandom,
    });
    opened.push(copy);
    await copy.pay(bobs, "2.00 AMI");
    copyCarol.plug();
    await copy.when((view) => view.conflicts.length > 0 || undefined);
    // Carol's log says one thing of that place, and nothing more.
    expect(copy.view.payments.map(({ finality }) => finality)).not.toContain("certified");
    expect(await saidBy(carol, stores.carol)).toEqual([0]);
  });

  it("[DEV10] is not witnessed on another branch by whoever has no more than what its account said", async () => {
    const village = await createVillage();
    const { stores, people, network } = village;
    const bobs = people.bob.grant.inception.id;
    const copyName = fresh("copy");
    disk.copy(stores.alice, copyName);
    const [aliceCarol, copyCarol] = [pair("a", "c"), pair("x", "c")];
    const alice = await village.open("alice", [aliceCarol.left]);
    const first = await village.open("carol", [aliceCarol.right]);
    await alice.pay(bobs, "1.00 AMI");
    await alice.when((view) => view.payments[0]?.finality === "witnessed" || undefined);
    // As on another device of hers, or after a repair: what alice signed is not here, nor the row about it.
    await first.close();
    const store = await openStore(stores.carol);
    const gone = [
      ...(await store.list(`${PREFIX.undecided}${alice.session}/`)),
      ...(await store.list(PREFIX.witnessed)),
    ];
    expect(gone).toHaveLength(2);
    await store.write(gone.map(({ key }) => remove(key)));
    await store.close();
    const carol = await village.open("carol", [copyCarol.right]);
    const copy = await openWallet({
      network,
      store: await openStore(copyName),
      keys: people.alice.keys,
      links: [copyCarol.left],
      circle: [carol.account],
      clock: systemClock,
      random: systemRandom,
    });
    opened.push(copy);
    const other = await copy.pay(bobs, "2.00 AMI");
    await until("carol has it", () => carol.view.circle.carried > 0);
    const later = await copy.pay(bobs, "3.00 AMI");
    await until("carol has both", () => carol.view.circle.carried > 1);
    expect([other, later].map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(await saidBy(carol, stores.carol)).toEqual([0]);
  });

  it("[DEV10] is witnessed eight times of one log, so that there is room for others", async () => {
    const village = await createVillage();
    const { people, stores } = village;
    const [aliceCarol, daveCarol] = [pair("a", "c"), pair("d", "c")];
    const alice = await village.open("alice", [aliceCarol.left]);
    const carol = await village.open("carol", [aliceCarol.right, daveCarol.right]);
    const dave = await village.open("dave", [daveCarol.left], false);
    const bobs = people.bob.grant.inception.id;
    for (let count = 0; count < 8; count++) {
      const { id } = await alice.pay(bobs, "0.01 AMI");
      await alice.when((view) => view.payments.find((payment) => payment.id === id)?.attested);
    }
    await alice.pay(bobs, "0.01 AMI");
    await dave.pay(bobs, "0.01 AMI");
    await dave.when((view) => view.payments[0]?.attested);
    expect(await saidBy(carol, stores.carol)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 1]);
  });

  it("[DEV10] a device that cannot read what it attested of a log says nothing more of that one", async () => {
    const village = await createVillage();
    const { stores, people } = village;
    const [aliceCarol, daveCarol] = [pair("a", "c"), pair("d", "c")];
    const alice = await village.open("alice", [aliceCarol.left]);
    const carol = await village.open("carol", []);
    await carol.close();
    const store = await openStore(stores.carol);
    await store.write([put(KEY.witnessed(alice.session), Uint8Array.of(0xff))]);
    await store.close();
    const dave = await village.open("dave", [daveCarol.left]);
    await village.open("carol", [aliceCarol.right, daveCarol.right]);
    await alice.pay(people.bob.grant.inception.id, "1.00 AMI");
    await dave.pay(people.bob.grant.inception.id, "1.00 AMI");
    await dave.when((view) => view.payments[0]?.finality === "witnessed" || undefined);
    // Both phones have what carol signed, and it is about dave's payment alone.
    await alice.when((view) => view.payments[0]?.finality === "witnessed" || undefined);
    expect(alice.view.payments[0]?.attested).toEqual({ weight: 3000n, total: 6000n });
  });
});

/** Of which places a wallet has attested something that is not settled, by its own log. */
async function saidBy(wallet: Wallet, name: string): Promise<readonly unknown[]> {
  await wallet.close();
  const store = await openStore(name);
  const rows = await store.list(`${PREFIX.undecided}${wallet.session}/`);
  await store.close();
  return rows.map(({ value }) => {
    const { operation } = orThrow(decodeEntry(value, wallet.network.tag)).entry;
    return operation.type === "attest" ? operation.sequence : operation.type;
  });
}
