/** Receipts: how a payer comes to know that a payment has arrived, before anything settles (spec [RCP1], [RCP2], [PEER13], [DEV9]). */
import { afterEach, describe, expect, it } from "vitest";
import { decodeReceipt, orThrow, receiptToText, signReceipt, textToReceipt, timeMs, type Signer } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { KeyVaultError, openWallet, WalletError, type Link, type Store, type Wallet } from "@amigos/engine";
import { PREFIX } from "../src/journal/journal.ts";
import { refusing } from "@amigos/engine/testing";
import { createWorld, fresh, openHub, openStore, pair, paymentsOf, settle, until, type Identity } from "./devices.ts";

const opened: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

type World = Awaited<ReturnType<typeof createWorld<"alice" | "bob" | "carol">>>;

async function open(
  { network, people }: World,
  name: "alice" | "bob" | "carol",
  links: readonly Link[],
  { store, circle = [] }: { readonly store?: Store; readonly circle?: readonly Identity[] } = {},
): Promise<Wallet> {
  const wallet = await openWallet({
    network,
    session: people[name].grant,
    store: store ?? (await openStore(fresh(name))),
    keys: people[name].keys,
    links,
    circle: circle.map(({ grant }) => grant.inception.id),
    clock: systemClock,
    random: systemRandom,
  });
  opened.push(wallet);
  return wallet;
}

function finalityOf({ view }: Wallet): string | undefined {
  return view.payments[0]?.finality;
}

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof WalletError ? error.detail : error;
}

describe("a payment that has arrived", () => {
  it("[PEER13] [DEV9] is delivered for its payer, also after a restart, until it is settled", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const [link, toHub] = [pair("alice", "bob"), pair("alice", "hub")];
    toHub.unplug();
    const hub = await openHub(world.network, fresh("hub"), [toHub.right]);
    opened.push(hub);
    const name = fresh("alice");
    const alice = await open(world, "alice", [link.left], { store: await openStore(name) });
    const bob = await open(world, "bob", [link.right]);

    const payment = await alice.pay(bob.account, "5.00 AMI");
    expect(payment.finality).toBe("signed");
    const receipt = await alice.when((view) => view.payments[0]?.receipt);

    expect(paymentsOf(alice)).toEqual(["out 5.00 AMI delivered accepted"]);
    expect(paymentsOf(bob)).toEqual(["in 5.00 AMI signed accepted"]);
    expect(bob.view.payments[0]?.receipt).toEqual(receipt);
    expect(orThrow(decodeReceipt(receipt, world.network.tag)).receipt).toMatchObject({
      payment: payment.id,
      account: bob.account,
      session: bob.session,
    });
    await alice.close();
    const store = await openStore(name);
    const again = await open(world, "alice", [toHub.left], { store });
    expect(paymentsOf(again)).toEqual(["out 5.00 AMI delivered accepted"]);
    toHub.plug();
    await until("the hub has it", () => hub.undecided.size === 1);
    await again.sync();
    expect([...hub.receipts]).toEqual([]);
    await settle(hub);
    await again.when((view) => view.payments[0]?.finality === "settled" || undefined);
    expect(again.view.payments[0]?.receipt).toBeUndefined();
    expect(await store.list(PREFIX.receipt)).toEqual([]);
  });

  it("[PEER13] is said by somebody who carries for both", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const { alice: a, bob: b, carol: c } = world.people;
    const [left, right] = [pair("alice", "carol"), pair("carol", "bob")];
    const alice = await open(world, "alice", [left.left], { circle: [c, b] });
    await open(world, "carol", [left.right, right.left], { circle: [a, b] });
    const bob = await open(world, "bob", [right.right], { circle: [c, a] });
    await alice.pay(bob.account, "5.00 AMI");
    await alice.when((view) => view.payments[0]?.finality === "delivered" || undefined);
  });

  it("[PEER4] [PEER13] is nothing to whoever else the payer has paid", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const [toBob, toCarol] = [pair("alice", "bob"), pair("alice", "carol")];
    toCarol.unplug();
    const alice = await open(world, "alice", [toBob.left, toCarol.left]);
    const bob = await open(world, "bob", [toBob.right]);
    const store = await openStore(fresh("carol"));
    const carol = await open(world, "carol", [toCarol.right], { store });
    const delivered = (): Promise<unknown> =>
      alice.when((view) => view.payments.every(({ finality }) => finality === "delivered") || undefined);
    await alice.pay(bob.account, "5.00 AMI");
    await delivered();
    const toHer = await alice.pay(carol.account, "1.00 AMI");
    toCarol.plug();
    await delivered();
    const again = await alice.pay(carol.account, "1.00 AMI");
    await delivered();
    const receipts = (await store.list(PREFIX.receipt)).map(({ key }) => key.slice(PREFIX.receipt.length));
    expect(receipts.toSorted()).toEqual([toHer.id, again.id].toSorted());
  });

  it("[PEER13] is said to somebody who carries for both from the moment that he does", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const { alice: a, bob: b } = world.people;
    const [toBob, toCarol] = [pair("alice", "bob"), pair("alice", "carol")];
    const alice = await open(world, "alice", [toBob.left, toCarol.left]);
    const bob = await open(world, "bob", [toBob.right]);
    const store = await openStore(fresh("carol"));
    const carol = await open(world, "carol", [toCarol.right], { store, circle: [a, b] });
    await alice.pay(bob.account, "5.00 AMI");
    await alice.when((view) => view.payments[0]?.finality === "delivered" || undefined);
    await alice.setCircle([carol.account, bob.account]);
    await expect.poll(() => store.list(PREFIX.receipt)).toHaveLength(1);
  });

  it("[PEER13] is said at the next meeting, when there was no link", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const link = pair("alice", "bob");
    link.unplug();
    const alice = await open(world, "alice", [link.left]);
    const bob = await open(world, "bob", [link.right]);
    const payment = await alice.pay(bob.account, "5.00 AMI");
    await bob.receive(alice.handover(payment.id));
    expect(finalityOf(alice)).toBe("signed");
    link.plug();
    await alice.when((view) => view.payments[0]?.finality === "delivered" || undefined);
  });

  it("[PEER13] gets its receipt when the wallet opens again, if the disk took the payment and nothing after it", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const alice = await open(world, "alice", []);
    const name = fresh("bob");
    let isFull = false;
    const store = refusing(await openStore(name), (_write, batch) => {
      isFull ||= batch.some(({ key }) => key.startsWith(PREFIX.receipt));
      return isFull;
    });
    const bob = await open(world, "bob", [], { store });
    const payment = await alice.pay(bob.account, "5.00 AMI");
    await bob.receive(alice.handover(payment.id));
    expect(await refusalOf(Promise.resolve().then(() => bob.receipt(payment.id)))).toEqual({ type: "payment-unknown" });
    await bob.close();
    const again = await open(world, "bob", [], { store: await openStore(name) });
    expect((await alice.receive(again.receipt(payment.id))).delivered).toMatchObject([{ id: payment.id }]);
  });

  it("[PEER13] is kept, and the wallet opens, while the vault does not sign", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const alice = await open(world, "alice", []);
    const { keys, grant } = world.people.bob;
    const locked = async (name: string): Promise<Signer | undefined> => {
      const signer = await keys.signer(name);
      const sign = () => Promise.reject(new KeyVaultError("key-locked", "the vault is locked"));
      return signer === undefined ? undefined : { publicKey: signer.publicKey, sign };
    };
    const name = fresh("bob");
    const options = { network: world.network, session: grant, links: [], clock: systemClock, random: systemRandom };
    const openLocked = async () =>
      openWallet({ ...options, store: await openStore(name), keys: { create: keys.create, signer: locked } });
    const bob = await openLocked();
    const payment = await alice.pay(bob.account, "5.00 AMI");
    await bob.receive(alice.handover(payment.id));
    expect(bob.view.payments[0]).toMatchObject({ id: payment.id });
    expect(bob.view.payments[0]?.receipt).toBeUndefined();
    await bob.close();
    await (await openLocked()).close();
    const again = await open(world, "bob", [], { store: await openStore(name) });
    expect(again.view.payments[0]?.receipt).toBeDefined();
  });
});

describe("a receipt by hand", () => {
  it("[RCP2] is shown by the payee, and taken by the payer, who never heard of that session", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const [alice, bob] = [await open(world, "alice", []), await open(world, "bob", [])];
    const payment = await alice.pay(bob.account, "5.00 AMI");
    await bob.receive(alice.handover(payment.id));
    const text = await until("bob has signed", () => bob.view.payments[0]?.receipt && bob.receipt(payment.id));

    const report = await alice.receive(text.toLowerCase());

    expect(report).toMatchObject({ payments: [], known: 0, delivered: [{ id: payment.id, finality: "delivered" }] });
    expect(await alice.receive(text)).toEqual({ payments: [], delivered: [], known: 1 });
    expect(alice.view.payments[0]?.receipt).toEqual(orThrow(textToReceipt(text)).receipt);
  });

  it("[RCP2] that is not what it says is refused, with why", async () => {
    const world = await createWorld(["alice", "bob", "carol"]);
    const { network, people } = world;
    const [alice, bob] = [await open(world, "alice", []), await open(world, "bob", [])];
    const payment = await alice.pay(bob.account, "5.00 AMI");
    await bob.receive(alice.handover(payment.id));
    const text = await until("bob has signed", () => bob.view.payments[0]?.receipt && bob.receipt(payment.id));
    const shown = orThrow(textToReceipt(text));
    const typeOf = async (offered: string): Promise<unknown> => {
      const detail = await refusalOf(alice.receive(offered));
      return (detail as { readonly error: { readonly error: { readonly type: string } } }).error.error.type;
    };
    const { session, inception } = people.carol.grant;
    const forged = async (account: string, by: string) =>
      (
        await signReceipt(
          {
            version: 1,
            network: network.tag,
            payment: payment.id,
            account: account as never,
            session: by as never,
            time: timeMs(1),
          },
          namedSigner("mallory"),
        )
      ).bytes;
    const record = { inception: inception.bytes, control: [people.carol.grant.grant.bytes] };
    expect(await typeOf("AMIGOS:T1")).toBe("malformed");
    expect(await typeOf(receiptToText({ version: 1, receipt: shown.receipt }))).toBe("receipt-unvouched");
    expect(await typeOf(receiptToText({ ...shown, receipt: await forged(bob.account, bob.session) }))).toBe(
      "signature-invalid",
    );
    const hers = { version: 1, receipt: await forged(inception.id, session), account: record } as const;
    expect(await typeOf(receiptToText(hers))).toBe("receipt-of-another-account");
    const borrowed = { version: 1, receipt: await forged(bob.account, session), account: record } as const;
    expect(await typeOf(receiptToText(borrowed))).toBe("receipt-of-another-account");
    // What opens another session is of no use, and so not verified, whoever signed it.
    const unsigned = Uint8Array.from(people.bob.grant.grant.bytes);
    unsigned[unsigned.length - 1] = (unsigned.at(-1) as number) ^ 1;
    const useless = { inception: people.bob.grant.inception.bytes, control: [unsigned] };
    const unvouched = { version: 1, receipt: await forged(bob.account, "cd".repeat(32)), account: useless } as const;
    expect(await typeOf(receiptToText(unvouched))).toBe("receipt-unvouched");
    expect(finalityOf(alice)).toBe("signed");
    const carol = await open(world, "carol", []);
    const unknown = await refusalOf(carol.receive(text));
    expect(unknown).toMatchObject({ error: { type: "receipt-refused", error: { type: "payment-unknown" } } });
  });
});
