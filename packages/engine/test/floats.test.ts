/** Money that is set aside for one session: judged, reserved and signed as a payment is, and nobody else's to spend. */
import { describe, expect, it } from "vitest";
import { formatMoney, READ_ALL } from "@amigos/core";
import { SEND_LIMIT_DAILY, StoreError, type Replica, type Wallet } from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";
import { refusing } from "@amigos/engine/testing";

const TABLET = {
  device: "alice's tablet",
  permissions: [SEND_LIMIT_DAILY("50.00 AMI")],
  expiry: { days: 30 },
} as const;

/** `"100.00 AMI available, 20.00 AMI of it set aside (0.00 AMI settled), 0.00 AMI reserved elsewhere"` */
function fundsOf({ view, network }: Wallet): string {
  const [balance] = view.balances;
  if (balance === undefined) return "none";
  const { asset, available, setAside, setAsideSettled, reserved } = balance;
  const text = (amount: bigint): string => formatMoney({ asset, amount }, network.genesis.assets);
  return `${text(available)} available, ${text(setAside)} of it set aside (${text(setAsideSettled)} settled), ${text(reserved)} reserved elsewhere`;
}

/** `"float 20.00 AMI signed accepted"`, newest first. */
function floatsOf({ view, network }: Wallet): readonly string[] {
  return view.floats.map(({ type, finality, outcome, failure, ...money }) =>
    [type, formatMoney(money, network.genesis.assets), finality, outcome, failure?.code].filter(Boolean).join(" "),
  );
}

async function settleAll(hub: Replica, count: number, ...wallets: readonly Wallet[]): Promise<void> {
  await until("the hub has it", () => hub.undecided.size === count);
  await settle(hub);
  await until("all follow", () => wallets.every(({ view }) => view.ledger.height === hub.settled.height));
}

describe("a float", () => {
  it("[MOV2] is set aside offline, settles, pays first, and goes back", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const link = pair("hub", "alice");
    const hub = await openHub(network, fresh("hub"), [link.left]);
    link.unplug();
    const name = fresh("alice");
    const alice = await openDevice(people.alice, network, await openStore(name), [link.right]);

    const float = await alice.setAside("20.00 AMI");

    expect([float.type, float.finality, float.outcome]).toEqual(["float", "signed", "accepted"]);
    expect(fundsOf(alice)).toBe(
      "100.00 AMI available, 20.00 AMI of it set aside (0.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    link.plug();
    await settleAll(hub, 1, alice);
    expect(fundsOf(alice)).toBe(
      "100.00 AMI available, 20.00 AMI of it set aside (20.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await alice.pay(bob, "5.00 AMI");
    expect(fundsOf(alice)).toBe(
      "95.00 AMI available, 15.00 AMI of it set aside (20.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await alice.giveBack("10.00 AMI");
    expect(fundsOf(alice)).toBe(
      "95.00 AMI available, 5.00 AMI of it set aside (20.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await settleAll(hub, 2, alice);

    expect(floatsOf(alice)).toEqual(["release 10.00 AMI settled accepted", "float 20.00 AMI settled accepted"]);
    expect(paymentsOf(alice)).toEqual(["out 5.00 AMI settled accepted"]);
    const [before, funds] = [alice.view, fundsOf(alice)];
    expect(funds).toBe("95.00 AMI available, 5.00 AMI of it set aside (5.00 AMI settled), 0.00 AMI reserved elsewhere");
    await alice.close();
    const again = await openDevice(people.alice, network, await openStore(name), []);
    expect(again.view.floats).toEqual(before.floats);
    expect(fundsOf(again)).toBe(funds);
    await Promise.all([again.close(), hub.close()]);
  });

  it("[DEV3] of another device is not available here, from the moment it is known", async () => {
    const { network, people } = await createWorld(["alice"]);
    const tablet = { ...people.alice, grant: await people.alice.account.createSession(TABLET) };
    const [toPhone, toTablet] = [pair("hub", "phone"), pair("hub", "tablet")];
    const hub = await openHub(network, fresh("hub"), [toPhone.left, toTablet.left]);
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), [toPhone.right]);
    const other = await openDevice(tablet, network, await openStore(fresh("tablet")), [toTablet.right]);
    await until("both are registered", () => hub.unregistered().control.length === 2);
    await settleAll(hub, 0, phone, other);

    await other.setAside("30.00 AMI");

    await until("the phone hears of it", () => phone.view.floats.length === 1);
    const there = "70.00 AMI available, 0.00 AMI of it set aside (0.00 AMI settled), 30.00 AMI reserved elsewhere";
    expect(fundsOf(phone)).toBe(there);
    await expect(phone.setAside("70.01 AMI")).rejects.toMatchObject({
      detail: { type: "float-refused", failure: { code: "insufficient-funds", left: 7000n } },
    });
    await settleAll(hub, 1, phone, other);
    expect(fundsOf(phone)).toBe(there);
    expect(fundsOf(other)).toBe(
      "100.00 AMI available, 30.00 AMI of it set aside (30.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await Promise.all([phone.close(), other.close(), hub.close()]);
  });

  it("is refused before signing by the rule that the ledger would refuse it by", async () => {
    const { network, people } = await createWorld(["alice"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);

    await expect(alice.setAside("100.01 AMI")).rejects.toMatchObject({
      detail: { type: "float-refused", failure: { code: "insufficient-funds", asked: 10001n, left: 10000n } },
    });
    await alice.setAside("20.00 AMI");
    await expect(alice.giveBack("20.01 AMI")).rejects.toMatchObject({
      detail: { type: "float-refused", failure: { code: "float-exceeded", asked: 2001n, left: 2000n } },
    });
    await expect(alice.setAside("a lot")).rejects.toMatchObject({ detail: { type: "amount-invalid" } });

    expect(floatsOf(alice)).toEqual(["float 20.00 AMI signed accepted"]);
    await alice.close();
    await expect(alice.setAside("1.00 AMI")).rejects.toMatchObject({ detail: { type: "wallet-closed" } });
  });

  it("[PERM3] is nothing for a session that may only look", async () => {
    const { network, people } = await createWorld(["alice"], [READ_ALL]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    await expect(alice.setAside("1.00 AMI")).rejects.toMatchObject({
      detail: { type: "float-refused", failure: { code: "permission-missing" } },
    });
    await alice.close();
  });

  it("[DEV1] that the disk interrupted is finished before anything else, and asked for again is the same one", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const name = fresh("alice");
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    // Write 0 reserves, write 1 keeps the entry.
    const store = refusing(await openStore(name), (write) => write === 1);
    const alice = await openDevice(people.alice, network, store, []);
    await expect(alice.setAside("7.00 AMI")).rejects.toBeInstanceOf(StoreError);
    expect(floatsOf(alice)).toEqual([]);

    const float = await alice.setAside("7.00 AMI");
    const payment = await alice.pay(bob, "1.00 AMI");

    expect([float.sequence, payment.sequence]).toEqual([0, 1]);
    expect(floatsOf(alice)).toEqual(["float 7.00 AMI signed accepted"]);
    await alice.close();
  });

  it("is carried with the payments that stand on it, and is none of them", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const float = await alice.setAside("7.00 AMI");
    const payment = await alice.pay(bob.account, "1.00 AMI");

    const report = await bob.receive(alice.handover(payment.id));

    expect(report.payments.map(({ id }) => id)).toEqual([payment.id]);
    expect(paymentsOf(bob)).toEqual(["in 1.00 AMI signed accepted"]);
    expect(floatsOf(bob), "nobody else's business").toEqual([]);
    expect(alice.view.payments.map(({ id }) => id)).not.toContain(float.id);
    await Promise.all([alice.close(), bob.close()]);
  });

  it("[CTL8] [DEV3] of a session that is ended is the account's again, from when that is known here", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [toPhone, toTablet] = [pair("hub", "phone"), pair("hub", "tablet")];
    const hub = await openHub(network, fresh("hub"), [toPhone.left, toTablet.left]);
    const grant = await people.alice.account.createSession(TABLET);
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), [toPhone.right]);
    const tablet = await openDevice({ ...people.alice, grant }, network, await openStore(fresh("tablet")), [
      toTablet.right,
    ]);
    await until("both are known", () => hub.unregistered().control.length === 2);
    await settleAll(hub, 0, phone, tablet);
    await tablet.setAside("90.00 AMI");
    await settleAll(hub, 1, phone, tablet);
    expect(fundsOf(phone)).toBe(
      "10.00 AMI available, 0.00 AMI of it set aside (0.00 AMI settled), 90.00 AMI reserved elsewhere",
    );
    const account = await phone.openAccount();
    await account.revoke(tablet.view.session.id);
    expect(fundsOf(phone), "as the next payment is judged").toBe(
      "100.00 AMI available, 0.00 AMI of it set aside (0.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await phone.pay(people.bob.grant.inception.id, "40.00 AMI");
    await phone.setAside("50.00 AMI");
    expect(fundsOf(phone)).toBe(
      "60.00 AMI available, 50.00 AMI of it set aside (0.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await phone.sync();
    await settleAll(hub, 2, phone);
    expect(fundsOf(phone)).toBe(
      "60.00 AMI available, 50.00 AMI of it set aside (50.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await account.killSwitch();
    expect(fundsOf(phone)).toBe(
      "60.00 AMI available, 0.00 AMI of it set aside (50.00 AMI settled), 0.00 AMI reserved elsewhere",
    );
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });
});
