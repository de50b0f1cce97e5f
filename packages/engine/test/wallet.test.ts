import { describe, expect, it } from "vitest";
import { accountToText, bundleToText, formatMoney } from "@amigos/core";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { openWallet, WalletError, type KeyVault, type Wallet } from "@amigos/engine";
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

function balancesOf(wallet: Wallet): string {
  const [balance] = wallet.view.balances;
  if (balance === undefined) return "none";
  const { available, pendingIn, pendingOut } = balance;
  const text = (amount: bigint): string => formatMoney({ asset: balance.asset, amount }, wallet.network.genesis.assets);
  return `${text(available)} available, ${text(pendingIn)} in, ${text(pendingOut)} out`;
}

describe("a wallet", () => {
  it("pays over a direct link with no hub: received at once, not settled", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const link = pair("alice", "bob");
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [link.left]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [link.right]);

    const payment = await alice.pay(bob.account, "40.00 AMI", { memo: "lunch" });

    expect(payment.finality).toBe("signed");
    await until("bob sees it", () => bob.view.payments.length === 1);
    expect(paymentsOf(bob)).toEqual(["in 40.00 AMI signed accepted"]);
    expect(balancesOf(alice)).toBe("60.00 AMI available, 0.00 AMI in, 40.00 AMI out");
    expect(balancesOf(bob)).toBe("100.00 AMI available, 40.00 AMI in, 0.00 AMI out");
    await Promise.all([alice.close(), bob.close()]);
  });

  it("refuses a payment over the daily limit before signing, with limit and what is left", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const bob = people.bob.grant.inception.id;
    await alice.pay(bob, "40.00 AMI");

    const refusal = await alice.pay(bob, "20.00 AMI").catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(WalletError);
    expect((refusal as WalletError).detail).toMatchObject({
      type: "payment-refused",
      failure: { code: "limit-per-day", limit: 5000n, used: 4000n, asked: 2000n, left: 1000n },
    });
    expect(paymentsOf(alice)).toEqual(["out 40.00 AMI signed accepted"]);
    await alice.close();
  });

  it("refuses a memo that no entry may carry, before anything is reserved", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const bob = people.bob.grant.inception.id;
    for (const memo of ["", "x".repeat(141), "two\nlines"]) {
      const refused = { detail: { type: "text-invalid", field: "memo", bytesMax: 140 } };
      await expect(alice.pay(bob, "1.00 AMI", { memo })).rejects.toMatchObject(refused);
    }
    await alice.pay(bob, "1.00 AMI", { memo: "fine" });
    expect(paymentsOf(alice)).toEqual(["out 1.00 AMI signed accepted"]);
    await alice.close();
  });

  it("hands a payment over by hand, and the payee checks it with no network", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const payment = await alice.pay(bob.account, "5.00 AMI");
    const text = bundleToText(alice.handover(payment.id));

    const report = await bob.receive(text);
    const again = await bob.receive(text);

    expect(report.payments.map(({ amount }) => amount)).toEqual([500n]);
    expect(again).toEqual({ payments: [], delivered: [], known: 1 });
    await until("bob has judged it", () => balancesOf(bob) === "100.00 AMI available, 5.00 AMI in, 0.00 AMI out");
    await Promise.all([alice.close(), bob.close()]);
  });

  it("settles through the hub, survives a restart, and everyone has the same root", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [toAlice, toBob] = [pair("hub", "alice"), pair("hub", "bob")];
    const hub = await openHub(network, fresh("hub"), [toAlice.left, toBob.left]);
    const aliceStore = fresh("alice");
    const alice = await openDevice(people.alice, network, await openStore(aliceStore), [toAlice.right]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [toBob.right]);
    await alice.pay(bob.account, "12.34 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);

    await until("both follow", () => alice.view.ledger.height === 1 && bob.view.ledger.height === 1);
    expect(bob.view.ledger).toEqual(alice.view.ledger);
    expect(balancesOf(bob)).toBe("112.34 AMI available, 0.00 AMI in, 0.00 AMI out");
    expect(paymentsOf(bob)).toEqual(["in 12.34 AMI settled accepted"]);
    expect(alice.view.session.status).toBe("active");

    const before = alice.view;
    await alice.close();
    const again = await openDevice(people.alice, network, await openStore(aliceStore), []);
    expect(again.view.payments).toEqual(before.payments);
    expect(again.view.ledger).toEqual(before.ledger);
    expect(balancesOf(again)).toBe("87.66 AMI available, 0.00 AMI in, 0.00 AMI out");
    await Promise.all([again.close(), bob.close(), hub.close()]);
  });

  it("a cloned device pays twice: everyone ends with one state, the evidence, and the session frozen", async () => {
    const { network, people } = await createWorld(["alice", "bob", "carol"]);
    const aliceStore = fresh("alice");
    await (await openDevice(people.alice, network, await openStore(aliceStore), [])).close();
    const malloryStore = fresh("mallory");
    disk.copy(aliceStore, malloryStore);

    const [aliceHub, malloryHub, bobHub, carolHub] = [
      pair("hub", "alice"),
      pair("hub", "mallory"),
      pair("hub", "bob"),
      pair("hub", "carol"),
    ];
    const links = [aliceHub, malloryHub, bobHub, carolHub];
    for (const link of links) link.unplug();
    const [aliceBob, malloryCarol] = [pair("alice", "bob"), pair("mallory", "carol")];
    const alice = await openDevice(people.alice, network, await openStore(aliceStore), [aliceHub.right, aliceBob.left]);
    const mallory = await openDevice(people.alice, network, await openStore(malloryStore), [
      malloryHub.right,
      malloryCarol.left,
    ]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [bobHub.right, aliceBob.right]);
    const carol = await openDevice(people.carol, network, await openStore(fresh("carol")), [
      carolHub.right,
      malloryCarol.right,
    ]);
    await alice.pay(bob.account, "40.00 AMI");
    await mallory.pay(carol.account, "40.00 AMI");
    await until("bob sees his", () => paymentsOf(bob)[0] === "in 40.00 AMI signed accepted");
    await until("carol sees hers", () => paymentsOf(carol)[0] === "in 40.00 AMI signed accepted");

    const hub = await openHub(
      network,
      fresh("hub"),
      links.map((link) => link.left),
    );
    for (const link of [carolHub, bobHub, malloryHub, aliceHub]) link.plug();
    await until("the hub has both", () => hub.undecided.size === 2);
    await settle(hub);
    const wallets = [alice, mallory, bob, carol];
    await until("all follow", () => wallets.every((wallet) => wallet.view.ledger.height === 1));

    expect(new Set(wallets.map((wallet) => wallet.view.ledger.stateRoot)).size).toBe(1);
    for (const wallet of wallets) expect(wallet.view.conflicts.map(({ sequence }) => sequence)).toEqual([0]);
    expect(wallets.map((wallet) => wallet.view.conflicts[0]?.device)).toEqual(wallets.map(() => "alice's phone"));
    expect(alice.view.session.status).toBe("frozen");
    expect(new Set([paymentsOf(bob)[0], paymentsOf(carol)[0]])).toEqual(
      new Set(["in 40.00 AMI settled accepted", "in 40.00 AMI settled rejected limit-per-day"]),
    );
    await expect(alice.pay(bob.account, "1.00 AMI")).rejects.toMatchObject({ detail: { type: "session-forked" } });
    await Promise.all([...wallets.map((wallet) => wallet.close()), hub.close()]);
  });
});

describe("opening", () => {
  it("an empty store holds no session, and a vault without the key is another matter", async () => {
    const { network, people } = await createWorld(["alice"]);
    const name = fresh("alice");
    const options = { network, keys: people.alice.keys, clock: systemClock, random: systemRandom };
    const opening = async (keys: KeyVault): Promise<string> => {
      const store = await openStore(name);
      const refused = await openWallet({ ...options, store, keys }).catch((error: unknown) => error);
      await store.close();
      return refused instanceof WalletError ? refused.detail.type : "opened";
    };
    expect(await opening(people.alice.keys)).toBe("session-missing");
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    expect(await opening(createMemoryKeyVault())).toBe("key-missing");
  });
});

describe("what arrives by hand", () => {
  it("is refused with a typed error and nothing is kept", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const other = await createWorld(["mallory"]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const mallory = await openDevice(other.people.mallory, other.network, await openStore(fresh("mallory")), []);
    const text = bundleToText(alice.handover((await alice.pay(bob.account, "1.00 AMI")).id));
    const foreign = bundleToText(mallory.handover((await mallory.pay(bob.account, "1.00 AMI")).id));
    const bad: readonly (readonly [string, string])[] = [
      ["not-a-bundle", "hello"],
      ["not-a-bundle", accountToText(bob.account)],
      ["malformed", `${text}!`],
      ["malformed", text.slice(0, text.length - 40)],
      ["wrong-network", foreign],
      ["too-large", `AMIGOS:B${"A".repeat(1_000_000)}`],
    ];
    for (const [type, handover] of bad) {
      await expect(bob.receive(handover), type).rejects.toMatchObject({
        detail: { type: "handover-refused", error: { type } },
      });
    }
    expect(bob.view.payments).toEqual([]);
    await expect(bob.receive(text)).resolves.toMatchObject({ known: 0 });
    await Promise.all([alice.close(), bob.close(), mallory.close()]);
  });
});
