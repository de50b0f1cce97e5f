/**
 * Whoever holds the account's master key ends its sessions: with no network, once, from wherever the control log stands, and
 * through whatever interrupts it (spec [DEV5], [CTL8] to [CTL10]).
 */
import { describe, expect, it } from "vitest";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { sequence } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import {
  SEND_LIMIT_DAILY,
  WalletError,
  Replica,
  type Account,
  type SessionOptions,
  type Store,
  type Wallet,
} from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";
import { refusing } from "@amigos/engine/testing";

const TABLET: SessionOptions = {
  device: "tablet",
  permissions: [SEND_LIMIT_DAILY("50.00 AMI")],
  expiry: { days: 30 },
};

/** `"alice's phone active"`, `"tablet revoked from 2, signed"`, in the order of the control log. */
function sessionsOf({ view }: Wallet): readonly string[] {
  return view.sessions.map(({ device, status, end }) =>
    end === undefined
      ? `${device} ${status}`
      : `${device} ${status}${end.revokedFrom === undefined ? "" : ` from ${end.revokedFrom}`}, ${end.finality}`,
  );
}

/** alice's phone and tablet, and a hub that both can reach and that has registered both. */
async function aliceWithTwo() {
  const { network, people } = await createWorld(["alice", "bob"]);
  const [toPhone, toTablet] = [pair("hub", "phone"), pair("hub", "tablet")];
  const hub = await openHub(network, fresh("hub"), [toPhone.left, toTablet.left]);
  const grant = await people.alice.account.createSession(TABLET);
  const names = { phone: fresh("phone"), tablet: fresh("tablet") };
  const openPhone = async (disk?: (store: Store) => Store): Promise<Wallet> => {
    const store = await openStore(names.phone);
    return openDevice(people.alice, network, disk?.(store) ?? store, [toPhone.right]);
  };
  const phone = await openPhone();
  const tablet = await openDevice({ ...people.alice, grant }, network, await openStore(names.tablet), [toTablet.right]);
  await until("both are known", () => hub.unregistered().control.length === 2);
  await settle(hub);
  await until("both follow", () => [phone, tablet].every(({ view }) => view.ledger.height === 1));
  await until("each knows both", () => [phone, tablet].every(({ view }) => view.sessions.length === 2));
  return { network, people, hub, phone, tablet, toPhone, toTablet, openPhone, bob: people.bob.grant.inception.id };
}

/** The phone, opened on a disk that takes the reservation of what its account says, and then is full for a moment. */
async function interrupted(
  openPhone: (disk: (store: Store) => Store) => Promise<Wallet>,
  say: (account: Account) => Promise<unknown>,
): Promise<{ readonly full: Wallet; readonly account: Account }> {
  let writesLeft = Infinity;
  const full = await openPhone((store) => refusing(store, () => writesLeft-- <= 0));
  const account = await full.openAccount();
  writesLeft = 1;
  await expect(say(account)).rejects.toMatchObject({ type: "store-full" });
  writesLeft = Infinity;
  return { full, account };
}

async function settleAll(hub: Replica, ...wallets: readonly Wallet[]): Promise<void> {
  await settle(hub);
  await until("all follow", () => wallets.every(({ view }) => view.ledger.height === hub.settled.height));
}

/** What the hub is about to register of the account. */
function pendingAt(hub: Replica): readonly string[] {
  return hub.unregistered().control.map(({ entry }) => `${entry.operation.type}#${entry.sequence}`);
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return error instanceof WalletError ? error.detail.type : "none";
}

/** What a hub refused so far, as the codes of its events. */
function refusalsOf(hub: Replica): readonly string[] {
  const codes: string[] = [];
  hub.subscribe((event) => event.type === "refused" && codes.push(event.code));
  return codes;
}

describe("a session that its account revokes", () => {
  it("[PEER10] reads nothing any more on the connection that it has, from when that is known and before it is settled", async () => {
    const { hub, phone, tablet, toTablet, bob } = await aliceWithTwo();
    const refusals = refusalsOf(hub);
    await phone.pay(bob, "1.00 AMI");
    await until("the tablet has what the phone paid", () => paymentsOf(tablet).length === 1);
    await (await phone.openAccount()).revoke(tablet.session);
    await until("the hub knows", () => refusals.includes("session-ended"));
    await phone.pay(bob, "2.00 AMI");
    await until("the hub has both", () => hub.undecided.size === 2);
    // Whatever the hub had for it was sent before the answer to this.
    await tablet.sync();
    expect(paymentsOf(tablet)).toEqual(["out 1.00 AMI signed accepted"]);
    toTablet.unplug();
    await until("it is gone", () => hub.peers.length === 1);
    toTablet.plug();
    await until("it is back", () => hub.peers.length === 2);
    await phone.pay(bob, "3.00 AMI");
    await until("the hub has all", () => hub.undecided.size === 3);
    await tablet.sync();
    expect(paymentsOf(tablet), "also on a new connection").toEqual(["out 1.00 AMI signed accepted"]);
    await settleAll(hub, phone, tablet);
    expect(tablet.view.session.status, "its end it learns by the checkpoint").toBe("revoked");
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[PEER10] and with it any that was killed, which sees that by the checkpoint; the new one has access", async () => {
    const { network, people, hub, phone, tablet, toTablet, bob } = await aliceWithTwo();
    const refusals = refusalsOf(hub);
    toTablet.unplug();
    const account = await phone.openAccount();
    await account.killSwitch();
    const grant = await account.createSession(TABLET);
    await until("the hub knows", () => refusals.filter((code) => code === "session-ended").length === 1);
    await settleAll(hub, phone);
    toTablet.plug();
    await until("the tablet is in touch", () => tablet.view.ledger.height === hub.settled.height);
    expect(tablet.view.session.status).toBe("killed");
    const link = pair("hub", "new");
    await Promise.all([tablet.close(), phone.close()]);
    await hub.close();
    const again = await openHub(network, fresh("hub"), [link.left]);
    const renewed = await openDevice({ ...people.alice, grant }, network, await openStore(fresh("new")), [link.right]);
    await until("it is in touch", () => again.peers.length === 1);
    const none = refusalsOf(again);
    await until("what vouches for it is known", () => again.unregistered().control.length >= 2);
    await settleAll(again, renewed);
    expect((await renewed.pay(bob, "1.00 AMI")).outcome).toBe("accepted");
    await until("the hub has it", () => again.undecided.size === 1);
    expect(none).toEqual([]);
    await Promise.all([renewed.close(), again.close()]);
  });

  it("[REV1] ends at the next settlement, and what it signs after is rejected everywhere", async () => {
    const { hub, phone, tablet, toPhone, toTablet, bob } = await aliceWithTwo();
    for (const link of [toPhone, toTablet]) link.unplug();
    const account = await phone.openAccount();

    const report = await account.revoke(tablet.session);

    expect(report).toEqual({ type: "revoked", session: tablet.session });
    expect(sessionsOf(phone)).toEqual(["alice's phone active", "tablet revoked from 0, signed"]);
    expect(sessionsOf(tablet), "who does not know it shows nothing of it").toContain("tablet active");
    await tablet.pay(bob, "5.00 AMI");
    toPhone.plug();
    await until("the hub has the revocation", () => pendingAt(hub)[0] === "revoke#2");
    toTablet.plug();
    await until("the hub has the payment", () => hub.undecided.size === 1);
    await settleAll(hub, phone, tablet);
    expect(sessionsOf(phone)).toEqual(["alice's phone active", "tablet revoked from 0, settled"]);
    expect(sessionsOf(tablet)).toEqual(sessionsOf(phone));
    expect(tablet.view.session).toMatchObject({ status: "revoked", end: { revokedFrom: 0, finality: "settled" } });
    expect(paymentsOf(tablet)).toEqual(["out 5.00 AMI settled rejected session-revoked"]);
    await expect(tablet.pay(bob, "1.00 AMI")).rejects.toMatchObject({
      detail: { type: "payment-refused", failure: { code: "session-revoked" } },
    });
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[CTL8] is honoured up to the place that is named, and what it set aside comes back", async () => {
    const { hub, phone, tablet, toTablet, bob } = await aliceWithTwo();
    await tablet.setAside("20.00 AMI");
    await until("the phone knows", () => phone.view.balances[0]?.reserved === 2000n);
    await settleAll(hub, phone, tablet);
    toTablet.unplug();
    await tablet.pay(bob, "1.00 AMI");
    await tablet.pay(bob, "2.00 AMI");

    await (await phone.openAccount()).revoke(tablet.session, { lastHonoured: sequence(1) });

    expect(sessionsOf(phone), "it may pay once more").toContain("tablet active from 2, signed");
    await until("the hub has the revocation", () => pendingAt(hub)[0] === "revoke#2");
    await settleAll(hub, phone);
    expect(phone.view.balances[0]).toMatchObject({ available: 10000n, reserved: 0n });
    toTablet.plug();
    await until("the hub has both payments", () => hub.undecided.size === 2);
    await settleAll(hub, phone, tablet);
    expect(paymentsOf(tablet)).toEqual([
      "out 2.00 AMI settled rejected session-revoked",
      "out 1.00 AMI settled accepted",
    ]);
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[DEV5] again, higher or the same, is revoked already; lower, it ends sooner; and nobody else's can be", async () => {
    const { hub, people, phone, tablet } = await aliceWithTwo();
    const account = await phone.openAccount();
    const revoke = async (lastHonoured?: number): Promise<string> =>
      (await account.revoke(tablet.session, lastHonoured === undefined ? {} : { lastHonoured: sequence(lastHonoured) }))
        .type;

    expect([await revoke(7), await revoke(7), await revoke(9), await revoke(3)]).toEqual([
      "revoked",
      "revoked-before",
      "revoked-before",
      "revoked",
    ]);
    await until("the hub has both", () => pendingAt(hub).join() === "revoke#2,revoke#3");
    await settleAll(hub, phone);
    expect([await revoke(3), await revoke(), await revoke()]).toEqual(["revoked-before", "revoked", "revoked-before"]);
    expect(sessionsOf(phone)).toContain("tablet revoked from 0, signed");
    expect(await errorOf(account.revoke(people.bob.grant.session))).toBe("session-unknown");
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[DEV5] calls at the same moment sign one place each", async () => {
    const { hub, phone, tablet } = await aliceWithTwo();
    const [account, same] = [await phone.openAccount(), await phone.openAccount()];

    const reports = await Promise.all([
      account.revoke(tablet.session),
      same.revoke(tablet.session),
      account.createSession({ ...TABLET, device: "laptop" }),
      same.createSession({ ...TABLET, device: "watch" }),
    ]);

    expect(reports.slice(0, 2).map((report) => "type" in report && report.type)).toEqual(["revoked", "revoked-before"]);
    await until("the hub has all", () => pendingAt(hub).length === 3);
    expect(pendingAt(hub)).toEqual(["revoke#2", "grant#3", "grant#4"]);
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[PEER5] is with the hub when a sync ends that began after it", async () => {
    const { hub, phone, tablet } = await aliceWithTwo();
    const account = await phone.openAccount();
    for (let place = 9; place > 0; place--) {
      await account.revoke(tablet.session, { lastHonoured: sequence(place) });
      expect((await phone.sync()).reachedHub).toBe(true);
      expect(pendingAt(hub).length).toBe(10 - place);
    }
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[DEV5] stays revoked through a restart before anybody heard of it", async () => {
    const { hub, phone, tablet, toPhone, openPhone } = await aliceWithTwo();
    toPhone.unplug();
    await (await phone.openAccount()).revoke(tablet.session);
    await phone.close();

    const again = await openPhone();

    expect(sessionsOf(again)).toContain("tablet revoked from 0, signed");
    expect((await (await again.openAccount()).revoke(tablet.session)).type).toBe("revoked-before");
    toPhone.plug();
    await until("the hub has it", () => pendingAt(hub)[0] === "revoke#2");
    await settleAll(hub, again, tablet);
    expect(sessionsOf(tablet)).toContain("tablet revoked from 0, settled");
    await Promise.all([again.close(), tablet.close(), hub.close()]);
  });

  it("[DEV5] whose revocation a full disk interrupted is not revoked twice when another device has done it", async () => {
    const { hub, phone, tablet, openPhone } = await aliceWithTwo();
    await phone.close();
    const { full, account } = await interrupted(openPhone, (own) => own.revoke(tablet.session));
    await (await tablet.openAccount()).revoke(tablet.session);
    await until("the hub has it", () => pendingAt(hub).join() === "revoke#2");
    await settleAll(hub, full, tablet);

    expect((await account.revoke(tablet.session)).type).toBe("revoked-before");

    await full.sync();
    expect(pendingAt(hub)).toEqual([]);
    await Promise.all([full.close(), tablet.close(), hub.close()]);
  });

  it("[CTL10] [DEV5] ends also when another device took the place in the control log meanwhile", async () => {
    const { hub, phone, tablet, toPhone } = await aliceWithTwo();
    toPhone.unplug();
    const grant = await (await tablet.openAccount()).createSession({ ...TABLET, device: "laptop" });
    await until("the hub has the grant", () => pendingAt(hub)[0] === "grant#2");
    await settleAll(hub, tablet);

    await (await phone.openAccount()).revoke(tablet.session);
    toPhone.plug();

    await until("the hub has the revocation", () => pendingAt(hub)[0] === "revoke#2");
    await settleAll(hub, phone, tablet);
    expect(sessionsOf(phone)).toEqual(["alice's phone active", "tablet revoked from 0, settled", "laptop active"]);
    // The next entry goes on from the log as it is, not from the revocation that lost its place.
    await (await phone.openAccount()).revoke(grant.session);
    await until("the hub has it", () => pendingAt(hub)[0] === "revoke#3");
    await settleAll(hub, phone);
    expect(sessionsOf(phone)).toContain("laptop revoked from 0, settled");
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });
});

describe("the kill switch", () => {
  it("[KIL1] pulled with no network ends every session, and the account goes on with one of the new generation", async () => {
    const { hub, network, people, phone, tablet, toPhone, bob } = await aliceWithTwo();
    toPhone.unplug();
    const account = await phone.openAccount();

    const report = await account.killSwitch();

    expect(report).toEqual({ type: "killed", generation: 1 });
    expect(sessionsOf(phone)).toEqual(["alice's phone killed, signed", "tablet killed, signed"]);
    expect(await account.killSwitch()).toEqual({ type: "killed-before", generation: 1 });
    expect(await account.revoke(tablet.session)).toMatchObject({ type: "killed-before" });
    const grant = await account.createSession({ ...TABLET, device: "new phone" });
    await expect(phone.pay(bob, "1.00 AMI")).rejects.toMatchObject({
      detail: { type: "payment-refused", failure: { code: "session-killed" } },
    });
    await tablet.pay(bob, "5.00 AMI");
    await until("the hub has the payment", () => hub.undecided.size === 1);
    toPhone.plug();
    await until("the hub has both", () => pendingAt(hub).join() === "kill-switch#2,grant#3");
    await settleAll(hub, phone, tablet);
    expect(paymentsOf(tablet)).toEqual(["out 5.00 AMI settled rejected session-killed"]);
    const all = ["alice's phone killed, settled", "tablet killed, settled", "new phone active"];
    expect(sessionsOf(phone)).toEqual(all);
    expect(sessionsOf(tablet)).toEqual(all);
    toPhone.unplug();
    await phone.close();

    const toNew = pair("hub", "new phone");
    const other = await openHub(network, fresh("hub"), [toNew.left]);
    for (let height = 1; height <= hub.settled.height; height++)
      await other.applyCheckpoint((await hub.archive.recordBytes(height as never)) ?? new Uint8Array());
    const renewed = await openDevice({ ...people.alice, grant }, network, await openStore(fresh("new phone")), [
      toNew.right,
    ]);
    await until("it follows", () => renewed.view.ledger.height === other.settled.height);
    expect(sessionsOf(renewed)).toEqual(all);
    await renewed.pay(bob, "1.00 AMI");
    await until("the hub has it", () => other.undecided.size === 1);
    await settleAll(other, renewed);
    expect(paymentsOf(renewed)[0]).toBe("out 1.00 AMI settled accepted");
    expect((await (await renewed.openAccount()).killSwitch()).generation).toBe(2);
    await Promise.all([renewed.close(), tablet.close(), hub.close(), other.close()]);
  });

  it("[PEER5] is pushed again to a hub whose disk was full when it came, on the same connection", async () => {
    const { network, people } = await createWorld(["alice"]);
    const link = pair("hub", "phone");
    let isFull = false;
    const hub = await Replica.open({
      network,
      store: refusing(await openStore(fresh("hub")), () => isFull),
      links: [link.left],
      clock: systemClock,
      random: systemRandom,
      signer: namedSigner("authority"),
      isProvisional: false,
    });
    const refusals: string[] = [];
    hub.subscribe((event) => event.type === "refused" && refusals.push(event.code));
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), [link.right]);
    await until("the hub knows the phone", () => hub.unregistered().control.length === 1);
    await settleAll(hub, phone);
    isFull = true;
    await (await phone.openAccount()).killSwitch();
    await until("the hub refused it on both lanes", () =>
      ["not-stored", "journal-failed"].every((code) => refusals.includes(code)),
    );
    isFull = false;

    await phone.sync();

    await until("the hub has it", () => pendingAt(hub).includes("kill-switch#1"));
    await settleAll(hub, phone);
    expect(sessionsOf(phone)).toEqual(["alice's phone killed, settled"]);
    await Promise.all([phone.close(), hub.close()]);
  });

  it("[CTL9] pulled on two devices at once is pulled once", async () => {
    const { hub, phone, tablet, toPhone, toTablet } = await aliceWithTwo();
    for (const link of [toPhone, toTablet]) link.unplug();
    for (const wallet of [phone, tablet])
      expect(await (await wallet.openAccount()).killSwitch()).toEqual({ type: "killed", generation: 1 });

    for (const link of [toPhone, toTablet]) link.plug();

    await until("one of them is there", () => pendingAt(hub).includes("kill-switch#2"));
    await settleAll(hub, phone, tablet);
    expect(sessionsOf(phone)).toEqual(["alice's phone killed, settled", "tablet killed, settled"]);
    expect(await (await tablet.openAccount()).killSwitch()).toEqual({ type: "killed-before", generation: 1 });
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[DEV5] leaves no key to be granted to twice: what is not known here to be settled may be, and the next session lives", async () => {
    const { hub, phone, tablet, toPhone, toTablet } = await aliceWithTwo();
    const account = await phone.openAccount();
    const laptop = { ...TABLET, device: "laptop", keyName: "session/laptop" };
    await account.createSession(laptop);
    await until("the hub has it", () => pendingAt(hub).length === 1);
    for (const { unplug } of [toPhone, toTablet]) unplug();
    await settle(hub);
    expect(phone.view.ledger.height, "the phone does not know").toBe(1);

    await account.killSwitch();
    const next = await account.createSession(laptop);
    expect(await account.createSession(laptop)).toEqual(next);

    for (const { plug } of [toPhone, toTablet]) plug();
    await until("the hub has both", () => pendingAt(hub).length === 2);
    await settleAll(hub, phone, tablet);
    expect(sessionsOf(phone)).toEqual([
      "alice's phone killed, settled",
      "tablet killed, settled",
      "laptop killed, settled",
      "laptop active",
    ]);
    expect((await account.createSession(laptop)).session).toBe(next.session);
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[DEV5] that a full disk interrupted is decided anew when another device has pulled it meanwhile", async () => {
    const { hub, phone, tablet, openPhone } = await aliceWithTwo();
    await phone.close();
    const { full, account } = await interrupted(openPhone, (own) => own.killSwitch());
    const onTablet = await tablet.openAccount();
    await onTablet.killSwitch();
    await onTablet.createSession({ ...TABLET, device: "laptop" });
    await until("the hub has both", () => pendingAt(hub).join() === "kill-switch#2,grant#3");
    await settleAll(hub, full, tablet);

    expect(await account.killSwitch()).toEqual({ type: "killed", generation: 2 });

    expect(sessionsOf(full)).toContain("laptop killed, signed");
    await until("the hub has it", () => pendingAt(hub).join() === "kill-switch#4");
    await settleAll(hub, full, tablet);
    expect(sessionsOf(tablet)).toContain("laptop killed, settled");
    await Promise.all([full.close(), tablet.close(), hub.close()]);
  });

  it("[CTL9] [PEER7] reaches the ledger also when the account has ended all the sessions that it can have", async () => {
    const { network, people } = await createWorld(["alice"]);
    const link = pair("hub", "phone");
    const hub = await openHub(network, fresh("hub"), [link.left]);
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), [link.right]);
    const account = await phone.openAccount();
    for (let device = 1; device < 64; device++)
      await account.revoke((await account.createSession({ ...TABLET, device: `tablet ${device}` })).session);
    expect(await errorOf(account.createSession(TABLET))).toBe("sessions-full");
    await until("the hub has all", () => pendingAt(hub).length === 1 + 2 * 63);
    await settleAll(hub, phone);

    await account.killSwitch();

    await until("the hub has the kill switch", () => pendingAt(hub)[0] === "kill-switch#127");
    await settleAll(hub, phone);
    expect(phone.view.session).toMatchObject({ status: "killed", end: { finality: "settled" } });
    await phone.close();
    await hub.close();
  });
});

describe("an account with a long past", () => {
  it("[PEER7] is not bounded by what the ledger has decided, or has passed over", async () => {
    const { hub, phone, tablet, toPhone, toTablet } = await aliceWithTwo();
    const [account, onTablet] = [await phone.openAccount(), await tablet.openAccount()];
    for (const link of [toPhone, toTablet]) link.unplug();
    for (const one of [account, onTablet]) await one.createSession({ ...TABLET, device: "of one of two" });
    for (const link of [toPhone, toTablet]) link.plug();
    await until("the hub has both", () => hub.unregistered().control.length === 2);
    await settleAll(hub, phone, tablet);
    for (let place = 100; place > 36; place--) await account.revoke(tablet.session, { lastHonoured: sequence(place) });
    for (let device = 4; device <= 64; device++) await account.createSession({ ...TABLET, device: `tablet ${device}` });
    await phone.sync();
    await settleAll(hub, phone, tablet);

    await account.revoke(tablet.session);

    await phone.sync();
    await settleAll(hub, phone, tablet);
    expect(phone.view.sessions.filter(({ status }) => status === "active").length).toBe(63);
    expect(sessionsOf(tablet)).toContain("tablet revoked from 0, settled");
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[PEER7] vouches for its newest session, whatever it has ended before", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const { account } = people.alice;
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), []);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), []);
    const onPhone = await phone.openAccount();
    for (let device = 1; device <= 32; device++)
      await onPhone.revoke((await onPhone.createSession({ ...TABLET, device: `tablet ${device}` })).session);
    const grant = await onPhone.createSession({ ...TABLET, device: "laptop" });
    const laptop = await openDevice({ ...people.alice, grant }, network, await openStore(fresh("laptop")), []);

    const { payments } = await bob.receive(laptop.handover((await laptop.pay(bob.account, "1.00 AMI")).id));

    expect(grant.earlier.length).toBe(65);
    // Whether it counts, bob can say when he has the ledger: the whole past of the account does not fit a bundle.
    expect(payments.map(({ counterparty, outcome }) => [counterparty, outcome])).toEqual([[account.id, "deferred"]]);
    await Promise.all([phone.close(), laptop.close(), bob.close()]);
  });

  it("[PEER7] that said more than the hub has room for still meets it, and can still pull its kill switch", async () => {
    const { hub, phone, tablet, toPhone } = await aliceWithTwo();
    const account = await phone.openAccount();
    for (let place = 100; place > 34; place--) await account.revoke(tablet.session, { lastHonoured: sequence(place) });
    await until("the hub is full", () => pendingAt(hub).length === 64);
    toPhone.unplug();
    await until("the phone is alone", () => phone.view.connections.length === 0);

    toPhone.plug();

    await until("the phone is back", () => phone.view.connections.length === 1);
    await account.killSwitch();
    await until("the hub has it", () => pendingAt(hub).some((line) => line.startsWith("kill-switch")));
    await settleAll(hub, phone, tablet);
    expect(sessionsOf(tablet)).toEqual(["alice's phone killed, settled", "tablet killed, settled"]);
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });
});
