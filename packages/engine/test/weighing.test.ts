/**
 * A payee with no network weighs what a stranger shows (spec [CAR9], [CAR10]). Every wallet here is a real one; what they know
 * of the ledger comes from a real hub that is out of reach when it matters.
 */
import { afterEach, describe, expect, it } from "vitest";
import { orThrow, READ_ALL, SEND_UNLIMITED, type Money } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { carriedToText, textToCarried } from "@amigos/reconcile";
import { SEND_LIMIT_DAILY, WalletError, type AcceptanceRefusal, type Replica, type Wallet } from "@amigos/engine";
import { KEY, PREFIX, put } from "../src/journal/journal.ts";
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

const opened: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

type Name = "alice" | "bob";

/** A hub, and alice and bob who met it once and then lost it. */
async function createMarket() {
  const { network, people } = await createWorld(["alice", "bob"]);
  const links = { alice: pair("hub", "alice"), bob: pair("hub", "bob") };
  const hub = await openHub(network, fresh("hub"), [links.alice.left, links.bob.left]);
  opened.push(hub);
  const stores = { alice: fresh("alice"), bob: fresh("bob") };
  const open = async (name: Name, store = stores[name]): Promise<Wallet> => {
    const wallet = await openDevice(people[name], network, await openStore(store), [links[name].right]);
    opened.push(wallet);
    return wallet;
  };
  const wallets = { alice: await open("alice"), bob: await open("bob") };
  const market = { network, people, hub, stores, ...wallets, links, open };
  await until("the hub has both sessions", () => hub.unregistered().control.length === 2);
  await settleFor(market, ["alice", "bob"]);
  for (const link of [links.alice, links.bob]) link.unplug();
  return market;
}

type Market = Awaited<ReturnType<typeof createMarket>>;

async function settleFor(
  { hub, ...wallets }: { readonly hub: Replica; readonly alice: Wallet; readonly bob: Wallet },
  names: readonly Name[],
): Promise<void> {
  await settle(hub);
  await until("they follow", () => names.every((name) => wallets[name].view.ledger.height === hub.settled.height));
}

/** Meets the hub, has everything settled, and loses the hub again. */
async function meetHub(market: Market, name: Name): Promise<void> {
  market.links[name].plug();
  await until("the hub is there", () => market[name].view.connections.length > 0);
  await market[name].sync();
  await settleFor(market, [name]);
  market.links[name].unplug();
  await until("the hub is gone", () => market[name].view.connections.length === 0);
}

function typesOf(refusals: readonly AcceptanceRefusal[]): readonly string[] {
  return refusals.map((refusal) => (refusal.type === "not-accepted" ? refusal.failure.code : refusal.type));
}

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof WalletError ? error.detail : error;
}

describe("a payment that a stranger shows", () => {
  it("[CAR9] [CAR10] is weighed and taken in with no network, by a payee who never heard of the payer", async () => {
    const market = await createMarket();
    const { alice, bob, people, network } = market;
    await alice.pay(bob.account, "10.00 AMI");
    const payment = await alice.pay(bob.account, "5.00 AMI", { memo: "bread" });
    const shown = carriedToText(await alice.carry(payment.id));
    // A payee whose store is new: it knows the genesis, and nothing that was settled since.
    const name = fresh("bob");
    const stranger = await openDevice(people.bob, network, await openStore(name), []);

    const { judged, refusals, payment: view } = await stranger.weighCarried(shown);

    expect(view).toMatchObject({ direction: "in", memo: "bread", outcome: "accepted", finality: "signed" });
    expect(refusals).toEqual([]);
    expect(judged?.by).toMatchObject({ source: "payer", height: 1 });
    expect(judged?.left).toMatchObject({ balance: 8500n, limits: [{ type: "limit-per-day", left: 3500n }] });
    expect(judged?.risks.map(({ type }) => type)).toEqual([
      "not-certified",
      "session-may-have-ended",
      "balance-shared",
    ]);
    expect(stranger.view.payments).toEqual([]);
    const report = await stranger.receive(shown);
    expect(new Set(report.payments.map(({ amount }) => amount))).toEqual(new Set([500n, 1000n]));
    expect(await stranger.receive(orThrow(textToCarried(shown)))).toEqual({ payments: [], delivered: [], known: 2 });
    // Its own ledger is behind; what it was shown counts until it has caught up, and after a restart.
    expect(paymentsOf(stranger)).toEqual(["in 5.00 AMI signed accepted", "in 10.00 AMI signed accepted"]);
    await stranger.close();
    await bob.close();
    const store = await openStore(name);
    const again = await openDevice(people.bob, network, store, [market.links.bob.right]);
    opened.push(again);
    expect(again.view.balances[0]).toMatchObject({ pendingIn: 1500n });
    await meetHub({ ...market, bob: again }, "bob");
    expect(paymentsOf(again)).toEqual(["in 5.00 AMI settled accepted", "in 10.00 AMI settled accepted"]);
    expect(await store.list(PREFIX.carried)).toEqual([]);
  });

  it("[CAR10] is weighed by the payee's own ledger where that is newer", async () => {
    const market = await createMarket();
    const { alice, bob } = market;
    await alice.pay(bob.account, "10.00 AMI");
    const payment = await alice.pay(bob.account, "5.00 AMI");
    const early = await alice.carry(payment.id);
    await meetHub(market, "bob");

    expect((await bob.weighCarried(early)).judged?.by).toMatchObject({ source: "here", height: 2 });
    await meetHub(market, "alice");
    await meetHub(market, "bob");
    const late = await bob.weighCarried(early);
    expect(late.payment).toMatchObject({ finality: "settled", outcome: "accepted" });
    expect(late).toMatchObject({ refusals: [{ type: "known-before" }] });
    expect(late.judged).toBeUndefined();
  });

  it("[CAR10] that came by a link is weighed by a proof that the wallet makes itself", async () => {
    const market = await createMarket();
    const { alice, bob } = market;
    const payment = await alice.pay(bob.account, "5.00 AMI");
    await bob.receive(alice.handover(payment.id));
    const weighing = await bob.weigh(payment.id);
    expect(weighing).toMatchObject({ judged: { by: { source: "here", height: 1 }, verdict: { outcome: "accepted" } } });
    expect(weighing.refusals).toEqual([]);
    expect(await refusalOf(bob.weigh("ab".repeat(32) as never))).toEqual({ type: "payment-unknown" });
    expect(await refusalOf(alice.weigh(payment.id))).toEqual({ type: "payment-unknown" });
  });

  it("[CAR10] is not proven before anything is settled, and cannot be carried then", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    opened.push(alice, bob);
    const payment = await alice.pay(bob.account, "5.00 AMI");
    const refused = { type: "carry-refused", error: { type: "nothing-settled" } };
    expect(await refusalOf(alice.carry(payment.id))).toEqual(refused);
    expect(await refusalOf(bob.carry(payment.id))).toEqual({ type: "payment-unknown" });
    await bob.receive(alice.handover(payment.id));
    const { judged, refusals } = await bob.weigh(payment.id);
    expect(judged).toBeUndefined();
    expect(refusals).toEqual([{ type: "not-proven", error: { type: "nothing-settled" } }]);
  });

  it("[CAR9] is refused whole, with why, when it is damaged or for somebody else", async () => {
    const { alice, bob } = await createMarket();
    const payment = await alice.pay(bob.account, "5.00 AMI");
    const carried = await alice.carry(payment.id);
    const of = (error: object) => ({ type: "handover-refused", error: { type: "carried-refused", error } });
    expect(await refusalOf(alice.weighCarried(carried))).toMatchObject(of({ type: "payment-not-for-payee" }));
    expect(await refusalOf(bob.weighCarried("AMIGOS:B"))).toMatchObject(of({ type: "not-a-carried-payment" }));
    expect(await refusalOf(bob.receive("AMIGOS:C1"))).toMatchObject(of({ type: "malformed" }));
    const forged = Uint8Array.from(carried);
    forged[carried.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    // The very last bytes are what vouches for the session, and are looked at when it is taken in.
    expect(await refusalOf(bob.receive(forged))).toMatchObject({ type: "handover-refused" });
    expect(bob.view.payments).toEqual([]);
    expect(await bob.receive(carried)).toMatchObject({ payments: [{ amount: 500n }] });
  });
});

describe("what speaks against a payment", () => {
  it("[CAR10] is that the session forked, here or with what is shown", async () => {
    const market = await createMarket();
    const { alice, bob, people, network, stores } = market;
    const copyName = fresh("copy");
    disk.copy(stores.alice, copyName);
    const copy = await openDevice(people.alice, network, await openStore(copyName), []);
    opened.push(copy);
    const [one, two] = [await alice.pay(bob.account, "5.00 AMI"), await copy.pay(bob.account, "6.00 AMI")];
    await bob.receive(await alice.carry(one.id));
    const shown = await copy.carry(two.id);

    expect(typesOf((await bob.weighCarried(shown)).refusals)).toEqual(["session-forked"]);
    await bob.receive(shown);
    expect(typesOf((await bob.weigh(one.id)).refusals)).toContain("session-forked");
  });

  it("[CAR10] is that its account has ended the session, settled or not", async () => {
    const market = await createMarket();
    const { alice, bob, people } = market;
    const payment = await alice.pay(bob.account, "5.00 AMI");
    const carried = await alice.carry(payment.id);
    await meetHub(market, "bob");
    // Bob hears of the revocation by hand of another device of alice's: her account's record vouches in a bundle.
    const account = await alice.openAccount();
    await account.revoke(people.alice.grant.session);
    await bob.receive(alice.handover(payment.id));
    expect(typesOf((await bob.weighCarried(carried)).refusals)).toContain("session-ended");
  });

  it("[CAR10] is that the ledger decided something else at its place", async () => {
    const market = await createMarket();
    const { alice, bob, people, network, stores, hub } = market;
    const copyName = fresh("copy");
    disk.copy(stores.alice, copyName);
    const copy = await openDevice(people.alice, network, await openStore(copyName), []);
    opened.push(copy);
    await alice.pay(bob.account, "5.00 AMI");
    const late = await copy.carry((await copy.pay(bob.account, "6.00 AMI")).id);
    await meetHub(market, "alice");
    await meetHub(market, "bob");
    expect(hub.settled.height).toBeGreaterThan(1);
    expect(typesOf((await bob.weighCarried(late)).refusals)).toEqual(["place-taken"]);
  });

  it("[CAR10] is another branch that is here, where the payer's ledger has settled over it", async () => {
    const market = await createMarket();
    const { alice, bob, people, network, stores } = market;
    const copyName = fresh("copy");
    disk.copy(stores.alice, copyName);
    const copy = await openDevice(people.alice, network, await openStore(copyName), []);
    opened.push(copy);
    await bob.receive(await copy.carry((await copy.pay(bob.account, "20.00 AMI")).id));
    await alice.pay(bob.account, "1.00 AMI");
    await meetHub(market, "alice");
    const shown = await alice.carry((await alice.pay(bob.account, "20.00 AMI")).id);
    const { judged, refusals } = await bob.weighCarried(shown);
    expect(judged?.by).toMatchObject({ source: "payer", height: 2 });
    expect(typesOf(refusals)).toEqual(["session-forked"]);
  });

  it("[CAR10] is that it is here already, so that nobody pays twice with it", async () => {
    const { alice, bob } = await createMarket();
    const shown = await alice.carry((await alice.pay(bob.account, "5.00 AMI")).id);
    expect((await bob.weighCarried(shown)).refusals).toEqual([]);
    await bob.receive(shown);
    expect((await bob.weighCarried(shown)).refusals).toEqual([{ type: "known-before" }]);
  });

  it("[CAR10] is what else the payer shows or has paid, also to a payee who is behind", async () => {
    const { alice, bob, people, network } = await createMarket();
    const stranger = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    opened.push(stranger);
    await stranger.setAcceptance({ mostPerPayer: ["10.00 AMI"] });
    const first = await alice.carry((await alice.pay(bob.account, "9.00 AMI")).id);
    const second = await alice.carry((await alice.pay(bob.account, "9.00 AMI")).id);
    const tooMuch = { type: "above-per-payer", amount: 1800n, most: 1000n };
    expect((await stranger.weighCarried(second)).refusals).toEqual([tooMuch]);
    await stranger.receive(first);
    expect((await stranger.weighCarried(second)).refusals).toEqual([tooMuch]);
  });

  it("[CAR10] is that the payer's other device has spent the balance, as far as is known here", async () => {
    const permissions = [SEND_UNLIMITED, READ_ALL];
    const { network, people } = await createWorld(["alice", "bob"], permissions);
    const tablet = await people.alice.account.createSession({ device: "tablet", permissions, expiry: { days: 30 } });
    const links = [pair("hub", "phone"), pair("hub", "tablet"), pair("hub", "bob")] as const;
    const hub = await openHub(
      network,
      fresh("hub"),
      links.map(({ left }) => left),
    );
    opened.push(hub);
    const open = async (identity: Identity, index: 0 | 1 | 2): Promise<Wallet> => {
      const wallet = await openDevice(identity, network, await openStore(fresh("device")), [links[index].right]);
      opened.push(wallet);
      return wallet;
    };
    const phone = await open(people.alice, 0);
    const other = await open({ ...people.alice, grant: tablet }, 1);
    const bob = await open(people.bob, 2);
    await until("the hub has all sessions", () => hub.unregistered().control.length === 3);
    await settle(hub);
    for (const wallet of [phone, other, bob])
      await wallet.when((view) => view.ledger.height === hub.settled.height || undefined);
    for (const link of links) link.unplug();
    await bob.receive(await phone.carry((await phone.pay(bob.account, "80.00 AMI")).id));
    const payment = await other.pay(bob.account, "80.00 AMI");
    const shown = await other.carry(payment.id);
    expect((await bob.weighCarried(shown)).refusals).toEqual([{ type: "balance-spent", spent: 8000n, left: 2000n }]);
  });

  it("[CAR10] is a kill switch that is known, also of a session that is not", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const terms = { permissions: [SEND_LIMIT_DAILY("50.00 AMI")], expiry: { days: 30 } };
    const links = [pair("hub", "phone"), pair("hub", "tablet")] as const;
    const hub = await openHub(
      network,
      fresh("hub"),
      links.map(({ left }) => left),
    );
    opened.push(hub);
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), [links[0].right]);
    const account = await phone.openAccount();
    const grant = await account.createSession({ ...terms, device: "tablet" });
    const tablet = await openDevice({ ...people.alice, grant }, network, await openStore(fresh("tablet")), [
      links[1].right,
    ]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    opened.push(phone, tablet, bob);
    await until("the hub has both sessions", () => hub.unregistered().control.length === 2);
    await settle(hub);
    for (const wallet of [phone, tablet])
      await wallet.when((view) => view.ledger.height === hub.settled.height || undefined);
    for (const link of links) link.unplug();
    const old = await phone.pay(bob.account, "1.00 AMI");
    await account.killSwitch();
    await bob.receive(phone.handover(old.id));
    const shown = await tablet.carry((await tablet.pay(bob.account, "40.00 AMI")).id);
    expect(typesOf((await bob.weighCarried(shown)).refusals)).toEqual(["session-ended"]);
  });

  it("[CAR10] no proof is kept of a payment to somebody else, and one of each session", async () => {
    const { alice, bob, people, network } = await createMarket();
    const store = await openStore(fresh("bob"));
    const stranger = await openDevice(people.bob, network, store, []);
    opened.push(stranger);
    const elsewhere = await alice.carry((await alice.pay("cd".repeat(32) as never, "1.00 AMI")).id);
    await stranger.receive(elsewhere);
    expect(await store.list(PREFIX.carried)).toEqual([]);
    const [first, second] = [await alice.pay(bob.account, "1.00 AMI"), await alice.pay(bob.account, "2.00 AMI")];
    const earlier = await alice.carry(first.id);
    await stranger.receive(await alice.carry(second.id));
    await stranger.receive(earlier);
    expect(await store.list(PREFIX.carried)).toHaveLength(1);
    expect(stranger.view.payments.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
  });

  it("[CAR10] is what the owner does not take, which is durable", async () => {
    const market = await createMarket();
    const { alice, bob, stores } = market;
    await bob.setAcceptance({ mostPerPayment: ["8.00 AMI", "4.00 AMI"], mostPerPayer: [ami(7)], isFloatOnly: true });
    const first = await alice.pay(bob.account, "4.00 AMI");
    const second = await alice.pay(bob.account, "5.00 AMI");
    const [small, large] = [await alice.carry(first.id), await alice.carry(second.id)];
    expect((await bob.weighCarried(small)).refusals).toEqual([{ type: "not-from-float", uncovered: 400n }]);
    await bob.receive(small);
    expect((await bob.weighCarried(large)).refusals).toEqual([
      { type: "above-per-payment", amount: 500n, most: 400n },
      { type: "above-per-payer", amount: 900n, most: 700n },
      { type: "not-from-float", uncovered: 500n },
    ]);
    await bob.setAcceptance({ checkpointAgeMsMax: 0 });
    await bob.close();
    const again = await market.open("bob", stores.bob);
    expect(again.view.acceptance).toMatchObject({ checkpointAgeMsMax: 0 });
    const { refusals } = await again.weighCarried(large);
    expect(refusals).toMatchObject([{ type: "checkpoint-too-old", ageMsMax: 0 }]);
    await again.setAcceptance({});
    expect((await again.weighCarried(large)).refusals).toEqual([]);
    expect(await refusalOf(again.setAcceptance({ mostPerPayment: ["much"] }))).toMatchObject({
      type: "amount-invalid",
    });
    const refused = { type: "acceptance-invalid" };
    for (const checkpointAgeMsMax of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(await refusalOf(again.setAcceptance({ checkpointAgeMsMax }))).toEqual(refused);
    for (const money of [
      { asset: "XYZ", amount: 1n },
      { asset: "AMI", amount: -1n },
    ])
      expect(await refusalOf(again.setAcceptance({ mostPerPayer: [money as unknown as Money] }))).toEqual(refused);
    expect(again.view.acceptance).toEqual({});
  });

  it("[CAR10] nothing when what is set aside covers it", async () => {
    const market = await createMarket();
    const { alice, bob } = market;
    await bob.setAcceptance({ isFloatOnly: true });
    await alice.setAside("20.00 AMI");
    await meetHub(market, "alice");
    const payment = await alice.pay(bob.account, "15.00 AMI");
    const { judged, refusals } = await bob.weighCarried(await alice.carry(payment.id));
    expect(refusals).toEqual([]);
    expect(judged?.left).toMatchObject({ float: 500n });
    expect(judged?.risks.map(({ type }) => type)).not.toContain("balance-shared");
  });

  it("[DEV7] a policy that cannot be read is put aside, and everything else opens", async () => {
    const market = await createMarket();
    await market.bob.setAcceptance({ isFloatOnly: true });
    await market.bob.close();
    const store = await openStore(market.stores.bob);
    await store.write([put(KEY.acceptance, Uint8Array.of(0xff))]);
    await store.close();
    const again = await market.open("bob");
    expect(again.view.acceptance).toEqual({});
    expect(again.view.storage.quarantined).toEqual([KEY.acceptance]);
  });
});
