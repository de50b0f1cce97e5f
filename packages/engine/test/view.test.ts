/** What a wallet shows: never more money than there is, never an entry that nobody has judged, the same after a restart. */
import { describe, expect, it } from "vitest";
import {
  decodeBundle,
  orThrow,
  signEntry,
  timeMs,
  decodeEntry,
  sha256,
  type Entry,
  type Network,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";
import { systemClock } from "@amigos/adapters/runtime";
import { ami, bundleOf, createPerson, signPayment } from "@amigos/core/testing";
import type { Wallet } from "@amigos/engine";
import { signAgain } from "./second-signature.ts";
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
  type Identity,
} from "./devices.ts";

/** Mallory has a device like everyone's, and a program of her own that signs whatever she likes with its key. */
async function signerOf({ keys, grant }: Identity): Promise<Signer> {
  const signer = await keys.signer(grant.keyName);
  if (signer === undefined) throw new TypeError("no key");
  return signer;
}

function onlyEntry(network: Network, wallet: Wallet, bundle: Uint8Array): Entry {
  const [bytes] = orThrow(decodeBundle(bundle, wallet.network.tag)).entries;
  return orThrow(decodeEntry(bytes ?? new Uint8Array(), network.tag)).entry;
}

describe("what arrives", () => {
  it("[DEV3] is judged before it is reported: over the payer's limit is not accepted, at no moment", async () => {
    const { network, people } = await createWorld(["mallory", "bob"]);
    const mallory = await openDevice(people.mallory, network, await openStore(fresh("mallory")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const honest = onlyEntry(network, mallory, mallory.handover((await mallory.pay(bob.account, "1.00 AMI")).id));
    const signer = await signerOf(people.mallory);
    const tooMuch = await signEntry({ ...honest, operation: { ...honest.operation, ...ami(80) } }, signer);
    const seen: string[] = [];
    bob.subscribe(({ payments }) => seen.push(...payments.map(({ outcome }) => outcome)));

    const report = await bob.receive(bundleOf(network, people.mallory.grant, [tooMuch]));

    expect(report.payments.map(({ outcome, failure }) => [outcome, failure?.code])).toEqual([
      ["rejected", "limit-per-day"],
    ]);
    expect(new Set(seen)).toEqual(new Set(["rejected"]));
    expect(bob.view.balances[0]?.pendingIn).toBe(0n);
    await Promise.all([mallory.close(), bob.close()]);
  });

  it("[DEV3] an entry under many signatures is one payment, before it is settled and after", async () => {
    const { network, people } = await createWorld(["bob", "carol"]);
    const [toBob, toCarol] = [pair("hub", "bob"), pair("hub", "carol")];
    const hub = await openHub(network, fresh("hub"), [toBob.left, toCarol.left]);
    const bobStore = fresh("bob");
    const bob = await openDevice(people.bob, network, await openStore(bobStore), [toBob.right]);
    const carol = await openDevice(people.carol, network, await openStore(fresh("carol")), [toCarol.right]);
    const mallory = await createPerson("mallory", { network, expiry: timeMs(systemClock.now() + 86_400_000) });
    await carol.pay(mallory.account, "50.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await until("bob follows", () => bob.view.ledger.height === 1);
    const first = await signPayment(mallory, { network, to: bob.account, money: ami(1), time: systemClock.now() });
    const secret = sha256(new TextEncoder().encode("amigos-test/mallory/phone"));
    const variants = [first, ...[2n, 3n, 5n].map((nonce) => signAgain(first, secret, nonce, network))];
    expect(new Set(variants.map(({ link }) => link)).size).toBe(4);
    const bundle = bundleOf(network, mallory, variants);
    toBob.unplug();

    const report = await bob.receive(bundle);

    expect(report.payments.length).toBe(1);
    expect(paymentsOf(bob)).toEqual(["in 1.00 AMI signed accepted"]);
    expect(bob.view.balances[0]?.pendingIn).toBe(100n);
    await hub.ingest(bundleOf(network, mallory, [first]));
    await settle(hub);
    toBob.plug();
    await until("bob follows", () => bob.view.ledger.height === 2);
    await bob.receive(bundle);
    expect(paymentsOf(bob)).toEqual(["in 1.00 AMI settled accepted"]);
    expect(bob.view.balances[0]).toMatchObject({ available: 101_00n, pendingIn: 0n });
    await bob.close();
    const again = await openDevice(people.bob, network, await openStore(bobStore), []);
    expect(paymentsOf(again)).toEqual(["in 1.00 AMI settled accepted"]);
    await Promise.all([again.close(), carol.close(), hub.close()]);
  });

  it("[CHP5] [CHP6] nobody stops those who follow, by building on a signature that no record holds", async () => {
    const { network, people } = await createWorld(["bob", "carol"]);
    const [toBob, toCarol] = [pair("hub", "bob"), pair("hub", "carol")];
    const hub = await openHub(network, fresh("hub"), [toBob.left, toCarol.left]);
    const carol = await openDevice(people.carol, network, await openStore(fresh("carol")), [toCarol.right]);
    const mallory = await createPerson("mallory", { network, expiry: timeMs(systemClock.now() + 86_400_000) });
    const ingest = (...entries: readonly VerifiedEntry[]) => hub.ingest(bundleOf(network, mallory, entries));
    const to = { network, to: carol.account, money: ami(1), time: systemClock.now() };
    await carol.pay(mallory.account, "20.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    const first = await signPayment(mallory, to);
    const again = signAgain(first, sha256(new TextEncoder().encode("amigos-test/mallory/phone")), 2n, network);
    await ingest(first, again);
    await settle(hub);
    const after = first.link < again.link ? again : first;
    await ingest(await signPayment(mallory, { ...to, after }));
    await settle(hub);
    expect(hub.undecided.size, "it waits until that signature comes again").toBe(1);

    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [toBob.right]);

    await until("bob follows", () => bob.view.ledger.height === 3);
    await Promise.all([bob.close(), carol.close(), hub.close()]);
  });

  it("[DEV3] nobody can sign in another account's name: it shows nowhere and takes nothing from what is available", async () => {
    const { network, people } = await createWorld(["mallory", "bob"]);
    const mallory = await openDevice(people.mallory, network, await openStore(fresh("mallory")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const honest = onlyEntry(network, mallory, mallory.handover((await mallory.pay(bob.account, "1.00 AMI")).id));
    const signer = await signerOf(people.mallory);
    const forged = await signEntry(
      { ...honest, account: bob.account, operation: { type: "pay", to: mallory.account, ...ami(90) } },
      signer,
    );

    const outcome = bob.receive(bundleOf(network, people.mallory.grant, [forged]));

    await expect(outcome).rejects.toMatchObject({ detail: { error: { type: "session-unknown" } } });
    expect([bob.view.payments, bob.view.balances[0]?.available]).toEqual([[], 100_00n]);
    await Promise.all([mallory.close(), bob.close()]);
  });

  it("[PEER7] a bundle with one bad entry leaves nothing, and one that concerns somebody else is not kept", async () => {
    const { network, people } = await createWorld(["mallory", "bob", "carol"]);
    const mallory = await openDevice(people.mallory, network, await openStore(fresh("mallory")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const toCarol = mallory.handover((await mallory.pay(people.carol.grant.inception.id, "1.00 AMI")).id);
    const good = orThrow(decodeBundle(toCarol, network.tag)).entries[0] ?? new Uint8Array();
    const bad = good.map((byte, index) => (index === good.length - 1 ? byte ^ 1 : byte));

    await expect(bob.receive(bundleOf(network, people.mallory.grant, [good, bad]))).rejects.toMatchObject({
      detail: { type: "handover-refused" },
    });
    await expect(bob.receive(toCarol)).resolves.toEqual({ payments: [], delivered: [], known: 0 });
    await expect(bob.receive(toCarol)).resolves.toEqual({ payments: [], delivered: [], known: 0 });
    expect(bob.view.payments).toEqual([]);
    await Promise.all([mallory.close(), bob.close()]);
  });
});

describe("a conflict", () => {
  it("[DEV3] whose first side was settled long before is the same for everyone, and after a restart", async () => {
    const { network, people } = await createWorld(["alice", "bob", "carol"]);
    const [aliceStore, copyStore, carolStore] = [fresh("alice"), fresh("copy"), fresh("carol")];
    await (await openDevice(people.alice, network, await openStore(aliceStore), [])).close();
    disk.copy(aliceStore, copyStore);
    const links = { alice: pair("hub", "alice"), bob: pair("hub", "bob"), carol: pair("hub", "carol") };
    const hub = await openHub(network, fresh("hub"), [links.alice.left, links.bob.left, links.carol.left]);
    const alice = await openDevice(people.alice, network, await openStore(aliceStore), [links.alice.right]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [links.bob.right]);
    const carol = await openDevice(people.carol, network, await openStore(carolStore), [links.carol.right]);
    await alice.pay(bob.account, "5.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await settle(hub);
    const copy = await openDevice(people.alice, network, await openStore(copyStore), []);
    await carol.receive(copy.handover((await copy.pay(carol.account, "6.00 AMI")).id));
    await until("carol knows before the ledger does", () => carol.view.conflicts.length === 1);
    expect(carol.view.conflicts[0]?.sides.map(({ finality }) => finality).toSorted()).toEqual(["settled", "signed"]);
    await until("the hub has the second side", () => hub.undecided.size === 1);
    await settle(hub);
    const wallets = [alice, bob, carol];
    await until("all follow", () => wallets.every(({ view }) => view.ledger.height === 3));

    const shown = wallets.map(({ view }) => view.conflicts.map((conflict) => ({ ...conflict, isOwn: false })));
    expect(shown[0]?.[0]?.sides.map(({ finality }) => finality)).toEqual(["settled", "settled"]);
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
    const before = carol.view;
    await carol.close();
    const again = await openDevice(people.carol, network, await openStore(carolStore), []);
    expect(again.view.conflicts).toEqual(before.conflicts);
    expect(again.view.payments).toEqual(before.payments);
    expect(again.view.balances).toEqual(before.balances);
    await Promise.all([alice.close(), bob.close(), again.close(), copy.close(), hub.close()]);
  });
});

describe("a conflict of a payment and what was set aside", () => {
  it("[DEV3] is shown as one, and the side that pays nobody names nobody", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [aliceStore, copyStore] = [fresh("alice"), fresh("copy")];
    await (await openDevice(people.alice, network, await openStore(aliceStore), [])).close();
    disk.copy(aliceStore, copyStore);
    const alice = await openDevice(people.alice, network, await openStore(aliceStore), []);
    const copy = await openDevice(people.alice, network, await openStore(copyStore), []);
    const bob = people.bob.grant.inception.id;
    await alice.setAside("5.00 AMI");

    await alice.receive(copy.handover((await copy.pay(bob, "6.00 AMI")).id));

    const sides = alice.view.conflicts.flatMap((conflict) => conflict.sides);
    expect(sides.map((side) => (side.type === "pay" ? `pays ${side.amount}` : `${side.type} ${side.amount}`))).toEqual(
      expect.arrayContaining(["pays 600", "float 500"]),
    );
    expect(alice.view.floats.map(({ isDisputed }) => isDisputed)).toEqual([true]);
    expect(alice.view.session.status).toBe("frozen");
    await Promise.all([alice.close(), copy.close()]);
  });
});

describe("a restart", () => {
  it("[DEV3] shows what was shown: undecided, rejected, disputed and settled, without a snapshot too", async () => {
    const { network, people } = await createWorld(["alice", "bob", "carol"]);
    const [aliceStore, copyStore, bobStore] = [fresh("alice"), fresh("copy"), fresh("bob")];
    await (await openDevice(people.alice, network, await openStore(aliceStore), [])).close();
    disk.copy(aliceStore, copyStore);
    const toBob = pair("hub", "bob");
    const hub = await openHub(network, fresh("hub"), [toBob.left]);
    const alice = await openDevice(people.alice, network, await openStore(aliceStore), []);
    const copy = await openDevice(people.alice, network, await openStore(copyStore), []);
    const bob = await openDevice(people.bob, network, await openStore(bobStore), [toBob.right]);
    const carol = people.carol.grant.inception.id;
    await hub.ingest(alice.handover((await alice.pay(bob.account, "30.00 AMI")).id));
    await hub.ingest(copy.handover((await copy.pay(carol, "31.00 AMI")).id));
    await settle(hub);
    // Beyond the fork: void, and settled as such at a later height.
    await hub.ingest(alice.handover((await alice.pay(bob.account, "1.00 AMI")).id));
    await settle(hub);
    await bob.pay(carol, "2.00 AMI");
    await until("bob follows", () => bob.view.ledger.height === 2 && bob.view.payments.length === 3);
    const crashed = fresh("crashed");
    disk.copy(bobStore, crashed);
    const before = bob.view;

    const afterCrash = await openDevice(people.bob, network, await openStore(crashed), []);
    await bob.close();
    const afterClose = await openDevice(people.bob, network, await openStore(bobStore), []);

    for (const { view } of [afterCrash, afterClose]) {
      expect(view.payments).toEqual(before.payments);
      expect(view.conflicts).toEqual(before.conflicts);
      expect(view.balances).toEqual(before.balances);
      expect(view.ledger).toEqual(before.ledger);
      expect(view.session).toEqual(before.session);
    }
    await Promise.all([alice.close(), copy.close(), afterCrash.close(), afterClose.close(), hub.close()]);
  });
});

describe("a payment", () => {
  it("behind a settled one and an undecided one is handed over with what its payee needs", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [toAlice, toBob] = [pair("hub", "alice"), pair("hub", "bob")];
    const hub = await openHub(network, fresh("hub"), [toAlice.left, toBob.left]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [toAlice.right]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [toBob.right]);
    const first = await alice.pay(bob.account, "1.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await until("both follow", () => alice.view.ledger.height === 1 && bob.view.ledger.height === 1);
    for (const link of [toAlice, toBob]) link.unplug();
    await alice.pay(bob.account, "2.00 AMI");
    const third = await alice.pay(bob.account, "3.00 AMI");

    const report = await bob.receive(alice.handover(third.id));

    expect(report.payments.map(({ amount, outcome }) => `${amount} ${outcome}`).toSorted()).toEqual([
      "200 accepted",
      "300 accepted",
    ]);
    await expect(bob.receive(alice.handover(first.id))).resolves.toEqual({ payments: [], delivered: [], known: 1 });
    await Promise.all([alice.close(), bob.close(), hub.close()]);
  });
});
