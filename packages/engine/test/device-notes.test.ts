/** What a wallet remembers of its account's devices for its owner: names, when they were seen, and what is news (spec [DEV13]). */
import { describe, expect, it } from "vitest";
import { READ_ALL } from "@amigos/core";
import { SEND_LIMIT_DAILY, WalletError, type SessionEnd, type Wallet } from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";

const TABLET = {
  device: "tablet",
  permissions: [SEND_LIMIT_DAILY("50.00 AMI"), READ_ALL],
  expiry: { days: 30 },
} as const;

/** alice's phone, which holds her master key, and a tablet that is opened when it is asked for. */
async function aliceWithTwo() {
  const { network, people } = await createWorld(["alice", "bob"]);
  const link = pair("phone", "tablet");
  const grant = await people.alice.account.createSession(TABLET);
  const name = fresh("phone");
  const openPhone = async (): Promise<Wallet> => openDevice(people.alice, network, await openStore(name), [link.left]);
  const openTablet = async (): Promise<Wallet> =>
    openDevice({ ...people.alice, grant }, network, await openStore(fresh("tablet")), [link.right]);
  return { network, people, link, grant, openPhone, openTablet, bobs: people.bob.grant.inception.id };
}

/** `"tablet: new, connected"`. */
function devicesOf({ view }: Wallet): readonly string[] {
  return view.sessions.map(({ device, label, isNew, isConnected, lastSeen }) =>
    [
      label ?? device,
      [isNew && "new", isConnected && "connected", lastSeen !== undefined && "seen"].filter(Boolean).join(", "),
    ].join(": "),
  );
}

describe("the devices of an account", () => {
  it("[DEV13] are news where they were not opened, once, also after a restart", async () => {
    const { openPhone, openTablet, link } = await aliceWithTwo();
    const [phone, tablet] = [await openPhone(), await openTablet()];
    await until("each knows both", () => [phone, tablet].every(({ view }) => view.sessions.length === 2));
    await until("it was seen", () => phone.view.sessions[1]?.lastSeen);
    expect(devicesOf(phone)).toEqual(["alice's phone: ", "tablet: new, connected, seen"]);
    expect(devicesOf(tablet), "what was there before is no news").toEqual([
      "alice's phone: connected, seen",
      "tablet: ",
    ]);

    await phone.acknowledge([tablet.session]);
    expect(phone.view.sessions.filter(({ isNew }) => isNew)).toEqual([]);
    link.unplug();
    await until("it is gone", () => phone.view.connections.length === 0);
    await phone.close();
    const again = await openPhone();
    expect(devicesOf(again)).toEqual(["alice's phone: ", "tablet: seen"]);
    const { session } = await (await again.openAccount()).createSession({ ...TABLET, device: "laptop" });
    expect(again.view.sessions.find(({ id }) => id === session)?.isNew, "it was opened here").toBe(false);
    await Promise.all([again.close(), tablet.close()]);
  });

  it("[DEV13] have another name where their owner gives them one, and nowhere else", async () => {
    const { openPhone, openTablet } = await aliceWithTwo();
    const [phone, tablet] = [await openPhone(), await openTablet()];
    await until("each knows both", () => [phone, tablet].every(({ view }) => view.sessions.length === 2));
    await phone.rename(tablet.session, "the old one");
    expect(phone.view.sessions[1]).toMatchObject({ device: "tablet", label: "the old one" });
    expect(tablet.view.sessions[1]).not.toHaveProperty("label");
    await phone.close();
    const again = await openPhone();
    expect(again.view.sessions[1]?.label).toBe("the old one");
    await again.rename(tablet.session, undefined);
    expect(again.view.sessions[1]).not.toHaveProperty("label");
    const errors = [again.rename("00".repeat(32) as never, "x"), again.rename(tablet.session, "two\nlines")];
    const types = (await Promise.allSettled(errors)).map((end) =>
      end.status === "rejected" && end.reason instanceof WalletError ? end.reason.detail.type : "none",
    );
    expect(types).toEqual(["session-unknown", "text-invalid"]);
    await Promise.all([again.close(), tablet.close()]);
  });

  it("[DEV13] were last seen when they signed, as they claim, also by who never met them", async () => {
    const { network, people, grant, bobs } = await aliceWithTwo();
    const [toPhone, toTablet] = [pair("hub", "phone"), pair("hub", "tablet")];
    const hub = await openHub(network, fresh("hub"), [toPhone.left, toTablet.left]);
    const tablet = await openDevice({ ...people.alice, grant }, network, await openStore(fresh("tablet")), [
      toTablet.right,
    ]);
    const { time } = await tablet.pay(bobs, "1.00 AMI");
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), [toPhone.right]);
    await until("it is seen", () => phone.view.sessions.find(({ id }) => id === grant.session)?.lastSeen === time);
    await settle(hub);
    await until("it is settled", () => phone.view.ledger.height === 1);
    expect(phone.view.sessions.find(({ id }) => id === grant.session)).toMatchObject({
      lastSeen: time,
      isConnected: false,
    });
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });

  it("[DEV13] that are known to have heard of a kill switch are named until it is settled", async () => {
    const { network, people, grant, link, openTablet } = await aliceWithTwo();
    const toHub = pair("hub", "phone");
    const hub = await openHub(network, fresh("hub"), [toHub.left]);
    const links = [link.left, toHub.right];
    const phone = await openDevice(people.alice, network, await openStore(fresh("phone")), links);
    const tablet = await openTablet();
    await until("the phone knows both", () => phone.view.sessions.length === 2);
    await until("so does the hub", () => hub.unregistered().control.length === 2);
    await settle(hub);
    await until("both follow", () => [phone, tablet].every(({ view }) => view.ledger.height === 1));
    toHub.unplug();
    link.unplug();
    await until("they are gone", () => phone.view.connections.length === 0);
    const endOf = (session = grant.session): SessionEnd | undefined =>
      phone.view.sessions.find(({ id }) => id === session)?.end;

    await (await phone.openAccount()).killSwitch();
    expect(endOf()).toEqual({ finality: "signed", knownTo: { hub: false, sessions: [] } });
    link.plug();
    await until("the tablet has heard", () => tablet.view.session.status === "killed");
    link.unplug();
    await until("it is gone", () => phone.view.connections.length === 0);
    link.plug();
    await until("it shows that it has", () => endOf()?.knownTo?.sessions.length === 1);
    expect(endOf()).toEqual({ finality: "signed", knownTo: { hub: false, sessions: [grant.session] } });
    toHub.plug();
    await until("the hub has it", () => endOf()?.knownTo?.hub);
    await settle(hub);
    await until("it is settled", () => endOf()?.finality === "settled");
    expect(endOf()).toEqual({ finality: "settled" });
    await Promise.all([phone.close(), tablet.close(), hub.close()]);
  });
});
